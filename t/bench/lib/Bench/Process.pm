# SPDX-License-Identifier: BSD-2-Clause
# Programs under measurement: started in a session of their own, stopped by process id, and asked
# of the kernel what they used. A program is all the processes it has become.
package Bench::Process;

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(adopt apart group_as_nice start stop stop_all run tree cpu pss births wait_for wait_port loopback_up);

my %running;

# Where the scheduler has a group for each session, nice counts among the processes of one alone.
sub group_as_nice {
	my $nice = getpriority 0, 0;

	return if $nice >= 0 || !open my $file, '>', '/proc/self/autogroup';
	print $file $nice;
	close $file;
}

# start(log file, command...): the process id.
sub start {
	my ($log, @command) = @_;
	my $pid = fork // die "fork: $!\n";

	if ($pid == 0) {
		POSIX::setsid();
		group_as_nice();
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', $log;
		open STDERR, '>&', \*STDOUT;
		exec { $command[0] } @command or POSIX::_exit(127);
	}
	$running{$pid} = $command[0];
	return $pid;
}

# In a network of our own.
sub loopback_up {
	my ($siocgifflags, $siocsifflags, $up) = (0x8913, 0x8914, 1);

	socket my $socket, 2, 2, 0 or die "socket: $!\n";
	my $request = pack 'a16 x24', 'lo';
	ioctl $socket, $siocgifflags, $request or die "ioctl: $!\n";
	my $flags = unpack 'x16 s', $request;
	ioctl $socket, $siocsifflags, pack 'a16 s x22', 'lo', $flags | $up or die "ioctl: $!\n";
}

# What to put before a command that must not share the core of the peer. Nothing with one core.
sub apart {
	my $core = $ENV{HEDDLE_BENCH_CORE} // 0;
	my $other = $core == 0 ? 1 : 0;

	return -d "/sys/devices/system/cpu/cpu$other" ? ('taskset', '-c', $other) : ();
}

# A process that somebody else started, to be ended with the others.
sub adopt {
	my ($pid) = @_;

	$running{$pid} = 1;
	return $pid;
}

# Standard output of a command, and its exit status.
sub run {
	my @command = @_;

	open my $out, '-|', @command or die "$command[0]: $!\n";
	my $text = do { local $/; <$out> } // '';
	close $out;
	return wantarray ? ($text, $? >> 8) : $text;
}

sub stat_fields {
	my ($pid) = @_;

	open my $file, '<', "/proc/$pid/stat" or return;
	my $line = <$file> // return;
	$line =~ s/^.*\) //s or return;
	return split ' ', $line;    # from the state on: 1 parent, 3 session, 19 start time
}

# The process, its descendants, and what is left of its session.
sub tree {
	my ($root) = @_;
	my (%children, @todo);

	opendir my $proc, '/proc' or die "/proc: $!\n";
	for my $pid (grep { /^\d+$/ } readdir $proc) {
		my @stat = stat_fields($pid) or next;
		push @{ $children{ $stat[1] } }, $pid;
		push @todo, $pid if $stat[3] == $root;
	}
	push @todo, $root if -d "/proc/$root";
	my %seen;
	while (defined(my $pid = shift @todo)) {
		push @todo, @{ $children{$pid} // [] } if !$seen{$pid}++;
	}
	return sort { $a <=> $b } keys %seen;
}

# CPU seconds of the whole tree so far, to the nanosecond.
sub cpu {
	my ($root) = @_;
	my $ns = 0;

	for my $pid (tree($root)) {
		for my $path (glob "/proc/$pid/task/*/schedstat") {
			open my $file, '<', $path or next;
			$ns += (split ' ', <$file> // '0')[0];
		}
	}
	return $ns / 1e9;
}

# Proportional set size in bytes, of the whole tree or of one process, without what is mapped from
# files: how much of a library is ours depends on who else has it loaded.
sub pss {
	my ($root, $alone) = @_;
	my $kilobytes = 0;

	for my $pid ($alone ? $root : tree($root)) {
		open my $file, '<', "/proc/$pid/smaps_rollup" or next;
		my $text = do { local $/; <$file> } // '';
		$kilobytes += $1 while $text =~ /^Pss_(?:Anon|Shmem):\s+(\d+)/mg;
	}
	return $kilobytes * 1024;
}

# Process id => start time: equal means that nobody was replaced.
sub births {
	my ($root) = @_;

	return map { my @stat = stat_fields($_); @stat ? ($_ => $stat[19]) : () } tree($root);
}

sub wait_for {
	my ($what, $seconds, $done) = @_;

	for (my $end = time + $seconds; time < $end; sleep 0.01) {
		my $answer = $done->();
		return $answer if $answer;
	}
	die "waited $seconds s for $what\n";
}

sub wait_port {
	my ($port, $pid) = @_;

	wait_for("port $port", 10, sub {
		my $ended = waitpid($pid, POSIX::WNOHANG()) == $pid;
		die "the program for port $port has ended\n" if $ended;
		return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
	});
}

sub alive {
	return grep { my @stat = stat_fields($_); @stat && $stat[0] ne 'Z' } @_;
}

sub stop {
	my ($root) = @_;
	my @pids = tree($root);

	for my $try ([TERM => 3], [KILL => 3]) {
		kill $try->[0], @pids;
		for (my $end = time + $try->[1]; time < $end; sleep 0.01) {
			waitpid $root, POSIX::WNOHANG();
			last if !(@pids = alive(@pids));
		}
		last if !@pids;
	}
	waitpid $root, POSIX::WNOHANG();
	delete $running{$root};
}

sub stop_all {
	stop($_) for keys %running;
}

1;
