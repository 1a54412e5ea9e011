# SPDX-License-Identifier: BSD-2-Clause
# What a change costs: a row is a name, a title, its figures, and what one round measures of a
# tree that is built: {label, root, heddle}.
package Bench::Changes;

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes qw(sleep time);

use Bench::Entered qw(copy_tree entered);
use Bench::Process qw(run start stop wait_for wait_port);
use Bench::Report qw(median);

our @EXPORT_OK = qw(rows setup);

my %option;	# folder, tools, scale: 1, or less for a run that only proves that it works

sub setup { %option = @_ }

use constant { FIRST_PORT => 10000, BACKEND => 9000, PROBE => 9001 };

# So many services with so many backends each, and one that clients use: the first backend of
# the first service has that weight.
sub configuration {
	my ($services, $backends, $weight) = @_;
	my $dir = $option{folder};
	my @lines = ('workers: 1', 'max_backends: 65536', 'worker_sessions: 1000', 'user: nobody',
		"pid_file: $dir/heddle.pid", "log: {to: $dir/heddle.log}", 'services:',
		qq(  probe: {listen: "127.0.0.1:@{[PROBE]}", backends: ["127.0.0.1:@{[BACKEND]}"]}));

	for my $s (0 .. $services - 2) {
		my @b = map { sprintf '"127.0.%d.%d:%d"', $s / 250, 1 + $s % 250, 20000 + $_ }
			1 .. $backends;
		$b[0] = "{address: $b[0], weight: $weight}" if $s == 0;
		push @lines, qq(  web$s: {listen: "127.0.0.1:@{[FIRST_PORT + $s]}", backends: [)
			. join(', ', @b) . ']}';
	}
	open my $file, '>', "$dir/heddle.yaml" or die "heddle.yaml: $!\n";
	print $file join("\n", @lines), "\n";
	close $file or die "heddle.yaml: $!\n";
	return "$dir/heddle.yaml";
}

sub ready {
	my $socket = IO::Socket::UNIX->new(Peer => "$option{folder}/heddle.sock") or return 0;
	print $socket "GET /_health/ready HTTP/1.0\r\n\r\n";
	return (<$socket> // '') =~ / 200 /;
}

# {master, worker, control, backend} as process ids.
sub begin {
	my ($tree, @shape) = @_;
	my $file = configuration(@shape, 1);

	unlink map { "$option{folder}/heddle.$_" } qw(log sock);
	my $backend = start('/dev/null', "$option{tools}/backend", 'http', BACKEND);
	wait_port(BACKEND, $backend);
	my $master = start("$option{folder}/heddle.out", $tree->{heddle}, '-c', $file);
	wait_for('heddle to be ready', 60, \&ready);
	my %of = (backend => $backend, master => $master, file => $file, heddle => $tree->{heddle},
		shape => \@shape);
	children(\%of);
	sleep 1.2;	# who dies sooner is started again after a pause
	return \%of;
}

sub end { my ($h) = @_; stop($_) for $h->{master}, $h->{backend} }

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or return '';
	local $/;
	return <$file> // '';
}

sub children {
	my ($h) = @_;
	for my $pid (split ' ', slurp("/proc/$h->{master}/task/$h->{master}/children")) {
		my ($kind) = slurp("/proc/$pid/cmdline") =~ /^heddle: (\w+)/ or next;
		$h->{$kind} = $pid;
	}
}

sub cpu_ms {
	my ($pid) = @_;
	my ($ns) = split ' ', slurp("/proc/$pid/schedstat");
	return $ns / 1e6;
}

# What one reload costs: ms of CPU of the master, of the worker, of control; ms until it is said.
sub reload {
	my ($h) = @_;
	my @kinds = qw(master worker control);
	my %before = map { $_ => cpu_ms($h->{$_}) } @kinds;
	my $began = time;
	my ($said, $status) = run($h->{heddle}, '-c', $h->{file}, '-s', 'reload');
	my $ms = (time - $began) * 1e3;

	die "the reload failed: $said\n" if $status;
	sleep 0.3;	# what is cleaned up afterwards belongs to it
	return { all => $ms, map { $_ => cpu_ms($h->{$_}) - $before{$_} } @kinds };
}

sub medians {
	my ($prefix, @runs) = @_;
	return map { my $key = $_; ("${prefix}_$key" => median(map { $_->{$key} } @runs)) }
		sort keys %{ $runs[0] };
}

sub services { return 1 + int $_[0] * $option{scale} }

sub weight {
	my ($tree) = @_;
	my $h = begin($tree, services(1000), 10);
	my @runs;

	for my $weight (2 .. 11) {
		configuration(@{ $h->{shape} }, $weight);
		push @runs, reload($h);
	}
	end($h);
	return { medians('weight', @runs) };
}

# The longest that a small request, one each ms over a kept connection, took (ms). Who takes part
# goes before everybody else of the machine: what is seen is the worker's own doing.
sub longest {
	my ($h, $seconds, $meanwhile) = @_;
	my $out = "$option{folder}/rate.out";

	unlink $out;
	# where the system does not let us, they stand in line
	my @first = system('chrt -f 10 true 2>/dev/null') == 0 ? qw(chrt -f 10) : ();
	system('chrt', '-f', '-p', 10, $_) for @first ? @$h{qw(worker backend)} : ();
	my $pid = start($out, @first, "$option{tools}/rate", PROBE, 1, 1000, $seconds);
	sleep 0.7;	# it counts from half a second on
	$meanwhile->();
	wait_for('rate', 60, sub { waitpid($pid, 1) == $pid });
	return (split ' ', slurp($out))[-1] / 1e3;
}

sub nothing {
	my ($tree) = @_;
	my $h = begin($tree, services(1000), 60);
	my (@runs, @alone, @during);

	reload($h);
	push @runs, reload($h) for 1 .. 5;
	for (1 .. 3) {
		push @alone, longest($h, 3, sub {});
		push @during, longest($h, 3, sub { reload($h) });
	}
	end($h);
	return { medians('nothing', @runs), alone => median(@alone), during => median(@during) };
}

# Memory that is this process's alone, and its share of all (bytes).
sub memory {
	my ($h) = @_;
	my %kb = slurp("/proc/$h->{worker}/smaps_rollup") =~ /^(\w+):\s+(\d+) kB/mg;
	return (1024 * ($kb{Private_Clean} + $kb{Private_Dirty}), 1024 * $kb{Pss});
}

sub per_backend {
	my ($tree) = @_;
	my %bytes;

	for my $count (1, 60) {
		my $h = begin($tree, $count == 1 ? 2 : services(1000), $count);
		my @fresh = memory($h);
		configuration(@{ $h->{shape} }, 2);
		reload($h);
		configuration(@{ $h->{shape} }, 3);
		reload($h);
		$bytes{$count} = [@fresh, memory($h)];
		end($h);
	}
	my @each = map { ($bytes{60}[$_] - $bytes{1}[$_]) / (60 * (services(1000) - 1) - 1) } 0 .. 3;
	return { private => $each[0], pss => $each[1], private_later => $each[2],
		pss_later => $each[3] };
}

# An answer from the backend through heddle; false when there was none.
sub answered {
	my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => PROBE) or return 0;
	print $socket "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
	return (<$socket> // '') =~ / 200 /;
}

sub successor {
	my ($tree) = @_;
	my $h = begin($tree, services(1000), 60);
	my @ms;

	for (1 .. 3) {
		my $began = time;
		kill 'KILL', $h->{worker};
		wait_for('an answer', 30, \&answered);
		push @ms, (time - $began) * 1e3;
		children($h);
		sleep 1.5;
	}
	end($h);
	return { successor => median(@ms) };
}

# The queue of changes is fed by trace/change_feed.c, in a copy of the tree.
sub queue {
	my ($tree) = @_;
	my $dir = "$option{folder}/feed-$tree->{label}";

	return {} if !-f "$tree->{root}/src/process/change_queue.c";
	if (!-x "$dir/build/heddle") {
		copy_tree($tree, $dir, '', sub {
			system('cp', "$option{trace}/change_feed.c", "$dir/src/process") == 0 or die;
			# the table of the master's signals
			my ($path) = grep { slurp($_) =~ /\{ SIGUSR2, \w+ \},/ } glob "$dir/src/process/*.c"
			    or die "no table of signals\n";
			my $text = slurp($path);
			$text =~ s/(\t\{ SIGUSR2, \w+ \},\n)/$1\t{ SIGUSR2, change_feed },\n/;
			$text =~ s/\n\n(?!#)/\n\nsignal_handler change_feed;\n\n/;
			open my $file, '>', $path or die "$path: $!\n";
			print $file $text;
			close $file;
		});
	}
	my $h = begin({ heddle => "$dir/build/heddle" }, services(1000), 10);
	kill 'USR2', $h->{master};
	my @said;
	wait_for('the changes', 120, sub {
		@said = slurp("$option{folder}/heddle.log")
		    =~ /change feed: (\d+) applied: cpu (\d+) us, each (\d+) (\d+) (\d+) us/;
	});
	end($h);
	return { queue_cpu => $said[1] / 1e6, queue_each => $said[1] / 1e3 / $said[0],
		queue_p50 => $said[2] / 1e3, queue_p99 => $said[3] / 1e3,
		queue_most => $said[4] / 1e3 };
}

sub functions {
	my ($tree) = @_;
	return entered($tree, $option{folder});
}

# [name, title, rounds at most, measure, [figure, title, digits]...]
my @rows = (
	[weight => 'A reload with one weight changed, 1,000 services x 10 backends', 10, \&weight,
		[weight_master => "master's CPU, ms", 1],
		[weight_worker => "worker's CPU, ms", 2],
		[weight_control => "control's CPU, ms", 1],
		[weight_all => 'until heddle -s reload has ended, ms', 1]],
	[nothing => 'A reload where nothing differs, 1,000 services x 60 backends', 10, \&nothing,
		[nothing_master => "master's CPU, ms", 0],
		[nothing_worker => "worker's CPU, ms", 2],
		[nothing_all => 'until heddle -s reload has ended, ms', 0],
		[during => 'longest request meanwhile, ms', 2],
		[alone => 'longest request without a reload, ms', 2]],
	[memory => 'Memory of a worker for each configured backend, 60,000', 1, \&per_backend,
		[private => 'private, after the start, bytes', 0],
		[private_later => 'private, after two reloads', 0],
		[pss => 'its share of all (Pss), after the start', 0],
		[pss_later => 'its share of all (Pss), after two reloads', 0]],
	[successor => "A killed worker's successor, 60,000 backends", 10, \&successor,
		[successor => 'until it answers, ms', 0]],
	[queue => '1,000 changes of one weight, one after the other, 1,000 services x 10 backends', 10,
		\&queue,
		[queue_cpu => "master's CPU, s", 3],
		[queue_each => 'each, ms', 3],
		[queue_p50 => 'until all have confirmed, median, ms', 3],
		[queue_p99 => 'p99', 3],
		[queue_most => 'longest', 3]],
	[entered => 'heddle -s reload with one more backend', 1, \&functions,
		[functions => 'functions entered', 0],
		[files => 'in files', 0],
		map { ["functions_$_" => "  by $_", 0], ["files_$_" => '  in files', 0] }
			qw(client control master worker)],
);

sub rows { return map { { name => $_->[0], title => $_->[1], rounds => $_->[2],
	measure => $_->[3], figures => [@$_[4 .. $#$_]] } } @rows }

1;
