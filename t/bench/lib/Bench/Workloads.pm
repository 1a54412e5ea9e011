# SPDX-License-Identifier: BSD-2-Clause
# What is done to a peer. A workload is a row: its peers (the first is the one that counts), the
# backend it needs, what one turn of a peer measures, and the limits that must hold.
package Bench::Workloads;

use strict;
use warnings;
use Exporter 'import';
use IPC::Open2;
use Time::HiRes qw(sleep time);

use Bench::Process qw(adopt births cpu pss run start stop tree wait_for wait_port);
use Bench::Peers qw(backend_port heddle_config);
use Bench::Report qw(median);

our @EXPORT_OK = qw(workloads setup);

my %option;    # build, folder, seconds, idle, held, reloads, strace
my $close = 'Connection: close';

sub setup { %option = @_ }
sub tool { return "$option{build}/bench/$_[0]" }

sub wrk {
	my ($port, $seconds, @header) = @_;
	my $text = run('wrk', '-t1', '-c64', "-d${seconds}s", '--latency',
		(map { ('-H', $_) } @header), "http://127.0.0.1:$port/");
	my %unit = (us => 1, ms => 1e3, s => 1e6);
	my %r;

	($r{requests}) = $text =~ /(\d+) requests in/ or die "wrk said: $text\n";
	($r{rate}) = $text =~ m{Requests/sec:\s+([\d.]+)};
	$r{errors} = $1 if $text =~ /(Socket errors: .*|Non-2xx.*)/;
	$text =~ /${_}%\s+([\d.]+)(us|ms|s)/ and $r{"p${_}_us"} = $1 * $unit{$2} for 50, 99;
	return \%r;
}

# Requests over 64 connections; the CPU of all the peer's processes meanwhile.
sub requests {
	my ($peer, @header) = @_;

	wrk($peer->{port}, 1, @header);
	my $before = cpu($peer->{pid});
	my $r = wrk($peer->{port}, $option{seconds}, @header);
	$r->{cpu_per_million} = (cpu($peer->{pid}) - $before) / $r->{requests} * 1e6;
	return $r;
}

sub traced {
	my ($pid) = @_;

	open my $file, '<', "/proc/$pid/status" or return 1;
	return grep { /^TracerPid:\s+[1-9]/ } <$file>;
}

# System calls a request, over all processes of the peer. Slow, so not part of what is timed.
sub count_calls {
	my ($peer, @header) = @_;
	my @pids = tree($peer->{pid});
	my $out = "$option{folder}/$peer->{name}.strace";
	my $strace = start('/dev/null', 'strace', '-c', '-f', '-o', $out, map { ('-p', $_) } @pids);
	my %calls;

	wait_for('strace', 10, sub { @pids == grep { traced($_) } @pids });
	my $requests = wrk($peer->{port}, 2, @header)->{requests};
	kill 'INT', $strace;
	wait_for('strace to end', 10, sub { waitpid($strace, 1) == $strace });
	open my $file, '<', $out or die "$out: $!\n";
	while (<$file>) {
		my @fields = split;
		next if @fields < 5 || $fields[0] !~ /^[\d.]+$/ || $fields[-1] eq 'total';
		$calls{ $fields[-1] } += $fields[3] / $requests;
	}
	my $total = 0;
	$total += $_ for values %calls;
	my @names = grep { $calls{$_} >= 0.05 } sort { $calls{$b} <=> $calls{$a} } keys %calls;
	my @list = map { sprintf '%s %.2f', $_, $calls{$_} } @names;
	return { calls => $total, calls_by_name => join ', ', @list };
}

sub requests_and_calls {
	my ($peer, $round, @header) = @_;
	my $r = requests($peer, @header);

	return $round || !$option{strace} ? $r : { %$r, %{ count_calls($peer, @header) } };
}

# Latency at a rate that all of them can hold; a request that is due waits for nothing.
sub latency {
	my ($peer) = @_;
	my $before = cpu($peer->{pid});
	my (undef, $done, $errors, $p50, undef, $p99, $p999) =
	    split ' ', run(tool('rate'), $peer->{port}, 64, 5000, $option{seconds} + 1);

	return {
		p50_us => $p50, p99_us => $p99, p999_us => $p999,
		cpu_per_million => (cpu($peer->{pid}) - $before) / $done * 1e6,
		$errors ? (errors => "$errors errors") : (),
	};
}

sub bulk {
	my ($peer, $streams) = @_;
	my $before = cpu($peer->{pid});
	my ($bytes, undef, $rate) =
	    split ' ', run(tool('bulk'), 'down', $peer->{port}, $streams, $option{seconds});

	die "no bulk figures for $peer->{name}\n" if !$bytes;
	return { rate => $rate, cpu_per_gb => (cpu($peer->{pid}) - $before) / $bytes * 1e9 };
}

sub hold {
	my ($port, $count) = @_;
	my $pid = adopt(open2(my $out, my $in, tool('idle'), $port, $count));
	my $said = <$out> // '';

	die "idle: $count connections are not there\n" if $said ne "ready $count\n";
	return { pid => $pid, out => $out, in => $in };
}

# How many of the held connections still answer.
sub still_there {
	my ($held) = @_;

	print { $held->{in} } "check\n";
	$held->{in}->flush;
	return (split ' ', readline $held->{out})[1];
}

sub let_go {
	my ($held) = @_;

	close $held->{in};
	waitpid $held->{pid}, 0;
}

# Until it stands still for a second; what is given back may be given back late.
sub settled_pss {
	my ($root) = @_;
	my ($last, $since) = (pss($root), time);

	for (my $end = time + 8; time < $end && time - $since < 1; sleep 0.1) {
		my $now = pss($root);
		($last, $since) = ($now, time) if abs($now - $last) > 16384;
	}
	return $last;
}

sub idle {
	my ($peer) = @_;
	my $count = $option{idle};
	my $before = settled_pss($peer->{pid});
	my $held = hold($peer->{port}, $count);
	my $full = settled_pss($peer->{pid});

	let_go($held);
	my $after = settled_pss($peer->{pid});
	return {
		connections => $count,
		bytes => ($full - $before) / $count,
		kept => ($after - $before) / $count,
	};
}

# Four configurations in turn: backends, timeouts, services, balancers and addresses come and go.
sub reload_services {
	my ($turn, $port, $other) = @_;
	my $first = "\"127.0.0.1:@{[backend_port]}\"";
	my $second = "\"127.0.0.1:$other\"";
	my @variants = (
		"    backends: [$first, $second]\n",
		"    connect_timeout: 3s\n    backends: [$first]\n",
		"    balance: least_connections\n"
		    . "    backends: [$first, {address: $second, weight: 3}]\n"
		    . "  more:\n    listen: \"127.0.0.1:@{[$port + 100]}\"\n"
		    . "    backends: [$second]\n",
		"    idle_timeout: 1h\n    backends: [$second, $first]\n",
	);

	return "  bench:\n    listen: \"127.0.0.1:$port\"\n$variants[$turn % @variants]";
}

sub reload_once {
	my ($peer, $turn) = @_;
	my $file = heddle_config($peer->{name}, $peer->{port},
		services => reload_services($turn, $peer->{port}, backend_port + 1));
	my $start = time;
	my ($said, $status) = run("$option{build}/heddle", '-c', $file, '-s', 'reload');

	die "reload $turn was refused: $said\n" if $status;
	return 1000 * (time - $start);
}

sub sizes {
	my ($root) = @_;
	my $total = 0;
	my %size = map { $_ => pss($_, 1) } tree($root);

	$total += $_ for values %size;
	return (\%size, $total);
}

# Thousands of connections held and new ones all the time while the configuration changes.
sub reloads {
	my ($peer) = @_;
	my $other = start('/dev/null', tool('backend'), 'http', backend_port + 1);
	wait_port(backend_port + 1, $other);
	my @took = map { reload_once($peer, $_) } 0 .. 3;
	my $held = hold($peer->{port}, $option{held});
	my $churn = adopt(open2(my $result, my $unused, tool('churn'), $peer->{port}, 32, 3600));
	my %born = births($peer->{pid});

	@took = map { reload_once($peer, $_) } 0 .. 19;
	my ($early, $early_total) = sizes($peer->{pid});
	push @took, map { reload_once($peer, $_) } 20 .. $option{reloads} - 1;
	my ($late, $late_total) = sizes($peer->{pid});
	my %now = births($peer->{pid});
	my $replaced = grep { !$now{$_} || $now{$_} != $born{$_} } keys %born;
	kill 'TERM', $churn;
	my ($ok, @failed) = split ' ', readline $result;
	my $slowest = pop @failed;
	waitpid $churn, 0;
	my $alive = still_there($held);
	let_go($held);
	stop($other);
	my $failed = 0;
	$failed += $_ for @failed;
	return {
		reloads => scalar @took, reload_ms => median(@took),
		requests => $ok, failed => $failed, slowest_ms => $slowest,
		held => $option{held}, lost => $option{held} - $alive,
		processes => scalar keys %born, replaced => $replaced,
		early_kb => $early_total / 1024, late_kb => $late_total / 1024,
		growth_kb => ($late_total - $early_total) / 1024,
		kb_by_process => join(' ', map {
			sprintf '%d:%d->%d', $_, ($early->{$_} // 0) / 1024, $late->{$_} / 1024
		} sort keys %$late),
	};
}

my @of_requests = (
	[rate => 'requests/s'], [p50_us => 'p50 us'], [p99_us => 'p99 us'],
	[cpu_per_million => 'CPU s / million'],
);
my @of_bulk = ([rate => 'GB/s'], [cpu_per_gb => 'CPU s / GB']);

sub bulk_row {
	my ($streams) = @_;

	return {
		name => "bulk$streams", title => "Bulk, $streams stream(s), out of the box",
		backend => 'src',
		peers => [qw(heddle relay-splice nginx haproxy haproxy-splice)],
		turn => sub { bulk($_[0], $streams) }, columns => \@of_bulk,
		ratio => 'cpu_per_gb', ratio_of => 'CPU per GB',
		limits => { 'nginx' => 0.33, 'relay-splice' => 1.10 },
	};
}

my @workloads = (
	{
		name => 'keepalive', title => 'Keep-alive, small requests, 64 connections',
		backend => 'http', peers => [qw(heddle relay nginx haproxy)],
		turn => sub { requests_and_calls($_[0], $_[1]) },
		columns => [@of_requests, [calls => 'calls / request', 4.1]],
		ratio => 'cpu_per_million', ratio_of => 'CPU',
		limits => { relay => 1.06, nginx => 0.88, haproxy => 0.82 },
	},
	{
		name => 'connection', title => 'One connection per request', backend => 'http',
		peers => [qw(heddle relay nginx haproxy)],
		turn => sub { requests_and_calls($_[0], $_[1], $close) },
		columns => [@of_requests, [calls => 'calls / connection', 12]],
		ratio => 'cpu_per_million', ratio_of => 'CPU',
		limits => { relay => 1.00, nginx => 0.83, haproxy => 0.87 },
	},
	{
		name => 'latency', title => 'Latency at 5,000 requests a second, 64 connections',
		backend => 'http', peers => [qw(heddle relay nginx haproxy)], turn => \&latency,
		columns => [[p50_us => 'p50 us'], [p99_us => 'p99 us'], [p999_us => 'p99.9 us'],
			[cpu_per_million => 'CPU s / million']],
		ratio => 'cpu_per_million', ratio_of => 'CPU', limits => {},
	},
	bulk_row(1),
	bulk_row(8),
	{
		name => 'idle', title => 'Idle connections', backend => 'http', rounds => 3,
		peers => [qw(heddle relay nginx haproxy)], turn => \&idle,
		columns => [
			[connections => 'connections'],
			[bytes => 'PSS growth, bytes / connection', 500],
			[kept => 'still there after they closed, bytes / connection'],
		],
	},
	{
		name => 'reloads', title => 'Reloads under load', backend => 'http', rounds => 1,
		peers => ['heddle'], turn => \&reloads,
		columns => [
			[reloads => 'reloads'], [reload_ms => 'ms each'], [requests => 'requests'],
			[failed => 'failed', 0], [slowest_ms => 'slowest ms'], [held => 'held'],
			[lost => 'held, lost', 0], [replaced => 'processes replaced', 0],
			[early_kb => 'PSS kB at 20'], [late_kb => 'PSS kB at the end'],
			[growth_kb => 'growth kB'],
		],
	},
	{
		name => 'access-log', title => 'Access log on and off, one connection per request',
		backend => 'http', peers => [qw(heddle-access-log heddle)],
		turn => sub { requests_and_calls($_[0], $_[1], $close) },
		columns => [@of_requests, [calls => 'calls / connection']],
		ratio => 'cpu_per_million', ratio_of => 'CPU', limits => { heddle => 1.10 },
	},
);

sub workloads { return @workloads }

1;
