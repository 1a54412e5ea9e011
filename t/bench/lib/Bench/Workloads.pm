# SPDX-License-Identifier: BSD-2-Clause
# What is done to a peer. A workload is a row: its peers (the first is the one that counts), the
# backend it needs (a mode of backend.c, or a command), what one turn of a peer measures, and the
# limits that must hold. `before`: there is a round -1, whose results are not told.
package Bench::Workloads;

use strict;
use warnings;
use Exporter 'import';
use IPC::Open2;
use Time::HiRes qw(sleep time);

use Bench::Process qw(adopt apart births cpu pss run start stop tree wait_for wait_port);
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

# The first byte of an answer to one client at a time, that sends so long after it is connected.
my @delays = (0, 50, 100, 500, 2000);

sub first_byte {
	my ($peer) = @_;
	my %r;

	for my $delay (@delays) {
		my (undef, $p50, $p99) = split ' ',
		    run(tool('serial'), $peer->{port}, $delay, $option{seconds} / @delays);
		@r{"p50_$delay", "p99_$delay"} = ($p50, $p99);
	}
	return \%r;
}

sub serial {
	my ($peer) = @_;
	my $before = cpu($peer->{pid});
	my ($rate, $p50, $p99) =
	    split ' ', run(tool('serial'), $peer->{port}, 0, $option{seconds});
	my $used = cpu($peer->{pid}) - $before;

	return { rate => $rate, p50_us => $p50, p99_us => $p99, us_each => 1e6 / $rate,
		cpu_per_million => $used / ($rate * $option{seconds}) * 1e6 };
}

# N clients, each opens the next connection when its last one has ended, at a limit of N.
sub refused {
	my ($peer) = @_;
	my %r;

	for my $limit (1, 8, 64) {
		my ($ok, @failed) = split ' ',
		    run(tool('churn'), $peer->{port} + $limit, $limit, $option{seconds} / 3);
		pop @failed;
		my $failed = 0;
		$failed += $_ for @failed;
		$r{"refused_$limit"} = $ok + $failed ? 100 * $failed / ($ok + $failed) : undef;
		$r{"rate_$limit"} = $ok / ($option{seconds} / 3);
	}
	return \%r;
}

# Small requests over many connections, without and with bulk streams through the same worker.
sub fairness {
	my ($peer) = @_;
	my $source = start('/dev/null', apart(), tool('backend'), 'src', backend_port + 1);
	my @rate = (apart(), tool('rate'), $peer->{port}, 1000, 4000, $option{seconds} + 1);
	my %r;

	wait_port(backend_port + 1, $source);
	@r{qw(p50_alone p99_alone)} = (split ' ', run(@rate))[3, 5];
	my $bulk = start("$option{folder}/fairness.out", apart(), tool('bulk'), 'down',
		$peer->{port} + 1, 8, $option{seconds} + 3);
	@r{qw(errors p50_us p99_us)} = (split ' ', run(@rate))[2, 3, 5];
	delete $r{errors} if !$r{errors};
	wait_for('the bulk streams', 10, sub { waitpid($bulk, 1) == $bulk });
	open my $file, '<', "$option{folder}/fairness.out" or die "fairness.out: $!\n";
	my $last;
	$last = $_ while <$file>;
	$r{bulk_rate} = (split ' ', $last)[2];
	stop($source);
	return \%r;
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
	my ($streams, $limit) = @_;

	return {
		name => "bulk$streams", title => "Bulk, $streams stream(s), out of the box",
		backend => 'src',
		peers => [qw(heddle relay-splice relay-splice-256k relay-splice-1m nginx haproxy
			haproxy-splice)],
		turn => sub { bulk($_[0], $streams) }, columns => \@of_bulk,
		ratios => [{ of => 'cpu_per_gb', title => 'CPU per GB',
			limits => { 'nginx' => 0.33, 'relay-splice' => $limit } }],
	};
}

my @workloads = (
	{
		name => 'keepalive', title => 'Keep-alive, small requests, 64 connections',
		backend => 'http', peers => [qw(heddle relay nginx haproxy)],
		turn => sub { requests_and_calls($_[0], $_[1]) },
		columns => [@of_requests, [calls => 'calls / request', 4.1]],
		ratios => [{ of => 'cpu_per_million', title => 'CPU',
			limits => { relay => 1.06, nginx => 0.90, haproxy => 0.82 } }],
	},
	{
		name => 'connection', title => 'One connection per request', backend => 'http',
		peers => [qw(heddle relay nginx haproxy)],
		turn => sub { requests_and_calls($_[0], $_[1], $close) },
		columns => [@of_requests, [calls => 'calls / connection', 12]],
		ratios => [
			{ of => 'cpu_per_million', title => 'CPU',
				limits => { relay => 1.00, nginx => 0.90, haproxy => 0.87 } },
			{ of => 'p99_us', title => 'p99', limits => { relay => 1.10 } },
		],
	},
	{
		name => 'latency', title => 'Latency at 5,000 requests a second, 64 connections',
		backend => 'http', peers => [qw(heddle relay nginx haproxy)], turn => \&latency,
		columns => [[p50_us => 'p50 us'], [p99_us => 'p99 us'], [p999_us => 'p99.9 us'],
			[cpu_per_million => 'CPU s / million']],
		ratios => [{ of => 'cpu_per_million', title => 'CPU', limits => { relay => 1.05 } }],
	},
	bulk_row(1, 0.60),
	bulk_row(8, 0.70),
	{
		name => 'first-byte', backend => 'http', peers => [qw(heddle relay nginx haproxy)],
		title => 'First byte for a client that speaks so long after connecting (us)',
		turn => \&first_byte,
		columns => [map { ["p50_$_" => "$_: p50"], ["p99_$_" => 'p99'] } @delays],
		ratios => [{ of => 'p50_100', title => 'p50 after 100 us', limits => { relay => 1.10 } }],
	},
	{
		name => 'serial', title => 'One client at a time, one connection per request',
		backend => 'http', peers => [qw(heddle relay nginx haproxy)], turn => \&serial,
		columns => [[rate => 'connections/s'], [p50_us => 'p50 us'], [p99_us => 'p99 us'],
			[cpu_per_million => 'CPU s / million']],
		ratios => [
			{ of => 'us_each', title => 'time for each', limits => { nginx => 1.00 } },
			{ of => 'cpu_per_million', title => 'CPU', limits => {} },
		],
	},
	{
		name => 'limit', title => 'N serial clients at a limit of N connections (% refused)',
		backend => 'http', peers => [qw(heddle-limits nginx-limits)], turn => \&refused,
		columns => [map { ["refused_$_" => "N=$_: % refused", 0], ["rate_$_" => 'requests/s'] }
			1, 8, 64],
	},
	{
		name => 'fairness', title => '1,000 connections at 4,000 requests a second, beside 8 bulk streams',
		backend => 'http', apart => 1, peers => [qw(heddle-two nginx-two haproxy-two)],
		turn => \&fairness,
		columns => [[p50_alone => 'p50 us alone'], [p99_alone => 'p99 us alone'],
			[p50_us => 'p50 us'], [p99_us => 'p99 us'], [bulk_rate => 'bulk GB/s']],
		ratios => [{ of => 'p99_us', title => 'p99', limits => {} }],
	},
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
		ratios => [{ of => 'cpu_per_million', title => 'CPU', limits => { heddle => 1.10 } }],
	},
);

sub workloads { return @workloads }

1;
