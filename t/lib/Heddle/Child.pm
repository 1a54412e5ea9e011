# SPDX-License-Identifier: BSD-2-Clause
# Processes that a test starts. Every one is ended by its pid (or the group it
# leads) however the test ends: normally, by die, by a signal or by its time
# limit. A guard process does it where the test itself was killed with -9.
package Heddle::Child;

use strict;
use warnings;
use Errno qw(EINTR);
use Exporter qw(import);
use Fcntl qw(F_SETFD);
use POSIX qw(WNOHANG _exit);
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(spawn launch adopt forget end_child reap until_true in_time);

my $owner = $$;
my %alive;	# pid => 1, or -1 where the pid leads a group of its own
my %status;	# pid => $? of those that were reaped
my ($guard, $guard_pid);

# A child keeps nothing of its parent's: a client's connection that lives on in
# a backend would never be closed. Perl counts the handles of each descriptor,
# so they are not closed behind its back: something harmless takes their place.
sub close_inherited {
	my %keep = map { $_ => 1 } 0 .. 2, map { fileno $_ } @_;
	my $null = POSIX::open('/dev/null', POSIX::O_RDWR());
	opendir my $folder, '/dev/fd' or return;
	my @open = grep { /^\d+$/ && $_ != $null } readdir $folder;
	closedir $folder;
	POSIX::dup2($null, $_) for grep { !$keep{$_} } @open;
	POSIX::close($null);
}

sub open_guard {
	return if $guard;
	pipe(my $reader, my $writer) or die "pipe: $!";
	$guard_pid = fork // die "fork: $!";
	if (!$guard_pid) {
		close_inherited($reader);
		POSIX::setsid();
		open $_, '+<', '/dev/null' for *STDIN, *STDOUT, *STDERR;
		my %left;
		while (my $line = <$reader>) {
			my ($sign, $pid) = $line =~ /^([+-])(-?\d+)/ or next;
			$sign eq '+' ? ($left{$pid} = 1) : delete $left{$pid};
		}
		kill 'KILL', $_ for keys %left;
		_exit(0);
	}
	close $reader;
	$writer->autoflush(1);
	$guard = $writer;
}

sub note_alive {
	my ($pid, $group) = @_;
	delete $status{$pid};	# of one that had the number before
	$alive{$pid} = $group ? -1 : 1;
	print $guard '+', $pid * $alive{$pid}, "\n";
	return $pid;
}

sub note_gone {
	my ($pid) = @_;
	my $kind = delete $alive{$pid} // return;
	print $guard '-', $pid * $kind, "\n" if $guard;
}

sub start {
	my ($group, $code, @keep) = @_;
	open_guard();
	my $pid = fork // die "fork: $!";
	return note_alive($pid, $group) if $pid;
	%alive = ();
	$SIG{$_} = 'DEFAULT' for qw(ALRM CHLD HUP INT PIPE TERM);
	alarm 0;
	if ($group) {	# a program: exec closes what it shall not have
		POSIX::setsid();
		fcntl $_, F_SETFD, 0 for @keep;
	} else {
		close_inherited(@keep);
	}
	eval { $code->(); 1 } or print STDERR $@;
	_exit($@ ? 1 : 0);
}

# Runs code in a child that keeps these handles; the pid. The child ends with the code.
sub spawn { my ($code, @keep) = @_; return start(0, $code, @keep) }

# Runs a program in a process group of its own: {out, err, env, before, keep}.
sub launch {
	my ($o, @command) = @_;
	return start(1, sub {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>>', $o->{out} or die "$o->{out}: $!";
		open STDERR, '>>', $o->{err} or die "$o->{err}: $!";
		$o->{before}->() if $o->{before};
		local %ENV = (%ENV, %{ $o->{env} // {} });
		exec { $command[0] } @command or die "exec $command[0]: $!\n";
	}, @{ $o->{keep} // [] });
}

# A process that somebody else started ends with the test, too; forget it when it has ended.
sub adopt { my ($pid) = @_; open_guard(); return note_alive($pid, 0) }
sub forget { my ($pid) = @_; return note_gone($pid) }

# $? of a child once it has ended, within so many seconds (more where others run, too); undef while
# it runs.
sub reap {
	my ($pid, $seconds) = @_;
	my $limit = $seconds ? time + $seconds * crowd() : 0;
	until (exists $status{$pid}) {
		my $got = waitpid $pid, WNOHANG;
		if ($got == $pid) {
			$status{$pid} = $?;
			# the number of a group that nobody is in may be another's soon
			note_gone($pid) if ($alive{$pid} // 1) > 0 || !kill 0, -$pid;
		} elsif ($got < 0 && $! != EINTR) {
			return $status{$pid};
		} else {
			return undef if time >= $limit;
			sleep 0.005;
		}
	}
	return $status{$pid};
}

# Ends a child: a signal, then -9 for it and its group; its $?.
sub end_child {
	my ($pid, $signal, $seconds) = @_;
	die 'no process to end' if !$pid;	# 0 would be everybody in the test's group
	my $group = ($alive{$pid} // 1) < 0;
	kill $signal // 'TERM', $pid if !exists $status{$pid};
	my $status = reap($pid, $seconds // 5);
	if (!defined $status) {
		kill 'KILL', $pid;
		$status = reap($pid, 5);
	}
	if ($group) {
		kill 'KILL', -$pid;
		note_gone($pid);
	}
	return $status;
}

# Processes that want to run, for each processor: 1 where they need not wait for each other, 4 at most.
sub crowd {
	open my $proc, '<', '/proc/loadavg' or return 1;
	my ($running) = (readline $proc // '') =~ /^([\d.]+)/ or return 1;
	my $crowd = $running / (POSIX::sysconf(84) || 1);	# _SC_NPROCESSORS_ONLN of Linux
	return $crowd < 1 ? 1 : $crowd > 4 ? 4 : $crowd;
}

# How long what should take so many seconds may take here, where others run, too.
sub in_time { my ($seconds) = @_; return $seconds * crowd() * ($ENV{HEDDLE_SLOW} // 1) }

# Waits until the code gives something true, and gives it; false after so many seconds.
sub until_true {
	my ($code, $seconds) = @_;
	my $limit = time + ($seconds // 10) * crowd();
	while (1) {
		my $result = $code->();
		return $result if $result || time >= $limit;
		sleep 0.01;
	}
}

END {
	if ($$ == $owner) {
		local ($?, $!);
		end_child($_, 'KILL') for keys %alive;
		if ($guard) {
			close $guard;
			waitpid $guard_pid, 0;
		}
	}
}

1;
