# SPDX-License-Identifier: BSD-2-Clause
# Datagrams through a fan-out: 127.0.0.1:7000 to 127.0.1.1 ... 127.0.1.N, port 7100. The peer has
# a core of its own; sender and receivers share the other. CPU is that of all processes of the
# peer. A row is a workload for Bench::Report, at one number of targets.
package Bench::Fanout;

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Time::HiRes qw(sleep);

use Bench::Process qw(adopt apart cpu pss run start stop wait_for);
use Bench::Traced qw(calls callgrind end_callgrind);

our @EXPORT_OK = qw(rows);

use constant { PORT => 7000, TARGET_PORT => 7100, LOSS => 0.001 };

my %option;    # build, folder, seconds, peers, quick

sub setup { %option = @_ }
sub tool { return "$option{build}/bench/$_[0]" }
sub targets { my ($count) = @_; return map { "127.0.1.$_:" . TARGET_PORT } 1 .. $count }

sub put {
	my ($name, $text) = @_;

	open my $file, '>', "$option{folder}/$name" or die "$option{folder}/$name: $!\n";
	print $file $text;
	close $file or die "$option{folder}/$name: $!\n";
	return "$option{folder}/$name";
}

sub heddle {
	my ($count, $more) = @_;
	my $targets = join ', ', map { "\"$_\"" } targets($count);

	$more //= '';
	return "$option{build}/heddle", '-c', put('heddle.yaml', <<"END");
user: nobody
workers: 1
pid_file: $option{folder}/heddle.pid
log: {to: $option{folder}/heddle.log}
fanouts:
  bench: {listen: "127.0.0.1:@{[PORT]}", targets: [$targets]$more}
END
}

sub ufan { my ($kind, $count) = @_; return tool('ufan'), $kind, PORT, TARGET_PORT, $count }

sub socat {
	my ($to) = targets(1);

	return 'socat', '-u', "UDP-RECV:@{[PORT]},bind=127.0.0.1,rcvbuf=4194304", "UDP-SENDTO:$to";
}

sub nginx_module {
	my ($module) = grep { -e } map { "$_/ngx_stream_module.so" }
	    qw(/usr/lib/nginx/modules /usr/lib64/nginx/modules /usr/local/libexec/nginx);

	return $module;
}

# Why it cannot be measured.
sub nginx_lacks {
	return '' if nginx_module() || qx(nginx -V 2>&1) =~ /--with-stream(?: |$)/m;
	return 'it has no stream module';
}

sub nginx {
	my $module = nginx_module();
	my $load = $module ? "load_module $module;" : '';
	my ($to) = targets(1);

	return 'nginx', '-p', $option{folder}, '-c', put('nginx.conf', <<"END");
$load
daemon off;
user nobody nogroup;
worker_processes 1;
pid $option{folder}/nginx.pid;
error_log $option{folder}/nginx.log error;
events { worker_connections 10000; }
stream {
	access_log off;
	server { listen 127.0.0.1:@{[PORT]} udp rcvbuf=4m; proxy_pass $to; proxy_timeout 5s; }
}
END
}

# Those with a limit know one target only; the last is why one that is installed will not do.
my %peers = (
	'heddle' => [\&heddle],
	'loop-gso' => [sub { ufan('gso', @_) }],
	'loop-mmsg' => [sub { ufan('mmsg', @_) }],
	'loop-simple' => [sub { ufan('simple', @_) }],
	'socat' => [\&socat, 1],
	'nginx' => [\&nginx, 1, \&nginx_lacks],
);

sub installed {
	my ($program) = @_;
	my @places = $program =~ m{/} ? $program : map { "$_/$program" } split /:/, $ENV{PATH};

	return grep { -x } @places;
}

sub peers {
	my ($row) = @_;
	my %wanted = map { $_ => 1 } split /,/, $option{peers} // join ',', keys %peers;

	return grep {
		my ($command, $most) = @{ $peers{$_} };
		$wanted{$_} && $row->{targets} <= ($most // $row->{targets}) && usable($_);
	} @{ $row->{peers} };
}

# Says so once where a peer, or what a row needs, is not there.
my %said;

sub leave_out {
	my ($what, $why) = @_;

	print "$what is left out: $why\n" if $why && !$said{$what}++;
	return !$why;
}

sub usable {
	my ($peer) = @_;
	my ($command, undef, $lacks) = @{ $peers{$peer} };
	my ($program) = $command->(1);

	return leave_out($peer, !installed($program) ? "$program is not installed"
	    : $lacks ? $lacks->() : '');
}

# Whether the row can be measured here.
sub possible {
	my ($row) = @_;
	my ($program) = grep { !installed($_) } @{ $row->{needs} // [] };

	return leave_out("row $row->{name}", $program ? "$program is not installed" : '');
}

# The receivers, ready; and what they have counted.
sub open_receivers {
	my ($count) = @_;
	my $pid = open my $out, '-|', apart(), tool('udprecv'), $count, TARGET_PORT
	    or die "udprecv: $!\n";

	adopt($pid);
	readline($out) // die "udprecv: has ended\n";
	return { pid => $pid, out => $out };
}

# The kernel's table of UDP sockets: lines of those that have the port; without one, of all.
sub udp_sockets {
	my ($port) = @_;
	my $wanted = defined $port ? sprintf '%04X', $port : '[0-9A-F]{4}';

	open my $file, '<', '/proc/net/udp' or die "/proc/net/udp: $!\n";
	return grep { /^\s*\d+: [0-9A-F]{8}:$wanted / } <$file>;
}

sub listening { return scalar(() = udp_sockets(PORT)) }

# Datagrams wait there: that a program does nothing is no sign of its being done.
sub unread { return scalar grep { (split)[4] !~ /:0+$/ } udp_sockets(@_) }

sub count_received {
	my ($receivers) = @_;

	for (1 .. 200) {
		last if !unread();
		sleep 0.01;
	}
	kill 'TERM', $receivers->{pid};
	my @figures = split ' ', readline($receivers->{out}) // '';
	close $receivers->{out};
	return @figures;
}

sub send_datagrams {
	my ($row, $rate, $seconds) = @_;

	return split ' ', run(apart(), tool('udpsend'), '127.0.0.1', PORT, $rate, @{ $row->{sizes} },
		$seconds);
}

sub start_peer {
	my ($peer, $count, @wrapper) = @_;
	my @core = $ENV{HEDDLE_BENCH_CORE} ? ('taskset', '-c', $ENV{HEDDLE_BENCH_CORE}) : ();
	my $pid = start("$option{folder}/$peer.out", @core, @wrapper, $peers{$peer}[0]->($count));

	wait_for("$peer to listen", 30, \&listening);
	return $pid;
}

# Until the peer uses no more CPU: it has sent what it has received.
sub settled_cpu {
	my ($pid) = @_;
	my $last = cpu($pid);

	for (1 .. 100) {
		sleep 0.05;
		my $now = cpu($pid);
		return $now if $now - $last < 0.002 && !unread(PORT);
		$last = $now;
	}
	return $last;
}

# So many datagrams a second for a while: what was lost, and what it took.
sub once {
	my ($row, $peer, $rate) = @_;
	my $count = $row->{targets};
	my $receivers = open_receivers($count);
	my $pid = start_peer($peer, $count);

	my ($warm) = send_datagrams($row, 500, 0.1);
	my $before = settled_cpu($pid);
	my ($sent, $seconds) = send_datagrams($row, $rate, $option{seconds});
	my $used = settled_cpu($pid) - $before;
	my $memory = pss($pid);
	my ($received, undef, undef, $bytes, $disordered, $altered) = count_received($receivers);
	stop($pid);
	return {
		rate => $sent / $seconds,
		loss => 1 - ($received - $warm * $count) / ($sent * $count),
		cpu_us => $used / $sent * 1e6, memory_kb => $memory / 1024,
		disordered => $disordered - $count, altered => $altered,
	};
}

# The warm-up makes each receiver see numbers from 0 on twice: one step back each.
sub steady {
	my ($row, $peer) = @_;

	return once($row, $peer, $row->{rate});
}

# Bisection between nothing and more than the sender can send.
sub lossless {
	my ($row, $peer) = @_;
	my ($low, $high, $best) = (0, $row->{targets} < 8 ? 600_000 : 300_000);

	for (1 .. ($option{quick} ? 2 : 9)) {
		my $rate = ($low + $high) / 2;
		my $result = once($row, $peer, $rate);
		if ($result->{loss} >= LOSS) {
			$high = $rate;
			next;
		}
		($low, $best) = ($rate, $result);
		last if $result->{rate} < 0.95 * $rate || $high - $low < 0.04 * $high;
	}
	return $best // { rate => 0 };
}

# System calls for each datagram that was passed on. strace slows the peer down, and more come
# together than without: at the low rate there is hardly ever more than one.
sub system_calls {
	my ($row, $peer) = @_;
	my $count = $row->{targets};
	my $receivers = open_receivers($count);
	my $pid = start_peer($peer, $count);
	my ($warm) = send_datagrams($row, 500, 0.1);

	settled_cpu($pid);
	my %calls = calls($pid, $option{folder}, sub {
		send_datagrams($row, $row->{rate}, $option{seconds});
		settled_cpu($pid);
	});
	my ($received) = count_received($receivers);
	stop($pid);
	my $passed = $received / $count - $warm or return { calls => undef };
	my $total = 0;
	$total += $_ / $passed for values %calls;
	my @names = sort { $calls{$b} <=> $calls{$a} } grep { $calls{$_} / $passed >= 0.005 } keys %calls;
	return {
		calls => $total, passed => $passed,
		by_name => join(', ', map { sprintf '%s %.2f', $_, $calls{$_} / $passed } @names),
	};
}

# So many datagrams under callgrind: how many were passed on, and all instructions since the start.
sub under_callgrind {
	my ($row, $peer, $datagrams) = @_;
	my $count = $row->{targets};
	my $receivers = open_receivers($count);
	my $pid = start_peer($peer, $count, callgrind($option{folder}));

	# it listens before it is ready: with callgrind that is seconds
	wait_for("$peer to be ready", 60, sub {
		my $before = cpu($pid);
		sleep 0.3;
		return cpu($pid) - $before < 0.002;
	});
	send_datagrams($row, $row->{rate}, $datagrams / $row->{rate});
	settled_cpu($pid);
	my $sum = end_callgrind($pid, $option{folder});
	my ($received) = count_received($receivers);
	return ($received / $count, $sum);
}

# Instructions in user space for each datagram: the difference of two runs, so that start and end
# are not in it.
sub instructions {
	my ($row, $peer) = @_;
	my ($few, $start) = under_callgrind($row, $peer, 200);
	my ($many, $all) = under_callgrind($row, $peer, $option{quick} ? 1000 : 10_000);

	return { instructions => $many > $few ? ($all - $start) / ($many - $few) : undef,
		passed => $many };
}

# What heddle says about the fan-out; what the API answers to a change of it.
sub api {
	my (@more) = @_;

	return run('curl', '-s', '--unix-socket', "$option{folder}/heddle.sock", @more);
}

sub known {
	my $stats = eval { decode_json(api('http://localhost/_v1/stats')) } // {};

	return $stats->{fanouts}{bench}{known} // 0;
}

sub announce {
	my ($rate, $keys, $seconds) = @_;

	return apart(), tool('announce'), '127.0.0.1', PORT, $rate, $keys, $seconds;
}

# A target that the API adds, until it has heard of all: (instances, seconds).
sub replay {
	my ($number, $keys) = @_;
	my $pid = open my $out, '-|', apart(), tool('heard'), "127.0.1.$number", TARGET_PORT, $keys,
	    120 or die "heard: $!\n";

	adopt($pid);
	readline($out) // die "heard: has ended\n";
	my $targets = join ',', map { "\"$_\"" } (targets($number))[0, $number - 1];
	api('-X', 'PATCH', '-d', "{\"targets\": [$targets]}", 'http://localhost/_v1/fanouts/bench');
	my ($heard, undef, $seconds) = split ' ', readline($out) // '';
	close $out;
	return ($heard, $seconds);
}

# Memory of known instances, and how long a new target waits until it was sent all of them: alone,
# and while a tenth of them is announced again, 100,000 a second.
sub instances {
	my ($row) = @_;
	my $keys = $option{quick} ? 1000 : $row->{instances};
	my $receiver = start('/dev/null', apart(), tool('heard'), '127.0.1.1', TARGET_PORT, $keys, 600);
	my $pid = start("$option{folder}/known.out", heddle(1, ', tolerance: 1h, replay_rate: 200000'));

	wait_for('heddle to listen', 10, \&listening);
	settled_cpu($pid);
	my $before = pss($pid);
	wait_for('all instances to be known', 300, sub {
		run(announce(50_000, $keys, 0)) if known() < $keys;
		return known() >= $keys;
	});
	settled_cpu($pid);
	my $bytes = (pss($pid) - $before) / $keys;
	my ($heard, $seconds) = replay(2, $keys);
	my $refresh = start('/dev/null', announce(100_000, int($keys / 10), 60));
	my ($heard_too, $busy) = replay(3, $keys);
	stop($_) for $refresh, $receiver, $pid;
	return { instances => $keys, bytes => $bytes, seconds => $seconds, busy_seconds => $busy,
		missing => 2 * $keys - $heard - $heard_too };
}

my @columns = ([rate => 'datagrams/s'], [cpu_us => 'CPU us / datagram'], [loss => 'lost'],
	[disordered => 'out of order', 0], [altered => 'altered', 0], [memory_kb => 'PSS kB']);

sub row {
	my ($name, $count, $title, %more) = @_;
	my %limits = %{ delete $more{limits} };

	return { name => $name, targets => $count, title => "$title, $count target(s)",
		peers => [qw(heddle loop-gso loop-mmsg loop-simple socat nginx)],
		sizes => [100, 100], columns => \@columns,
		ratios => [{ of => 'cpu_us', title => 'CPU', limits => \%limits }], %more };
}

sub counted {
	my ($name, $count, $title, $needs, $rate, $turn, $column) = @_;

	return { row($name, $count, $title, limits => {})->%*, needs => [$needs], rate => $rate,
		turn => $turn, rounds => 1, asked => 1, columns => [$column, [passed => 'datagrams']],
		ratios => [{ of => $column->[0], title => $column->[1] }] };
}

my @rows;
for my $count (1, 4, 16) {
	push @rows, row('equal', $count, 'Highest rate without loss, 100 bytes',
		limits => { 'loop-gso' => 1.15 }, turn => \&lossless);
}
for my $count (1, 4, 16) {
	push @rows, row('mixed', $count, 'Highest rate without loss, 80 to 160 bytes',
		limits => { 'loop-mmsg' => 1.1 }, turn => \&lossless, sizes => [80, 160]);
}
for my $count (1, 4, 16) {
	push @rows, row('steady', $count, '5,000 datagrams a second, 100 bytes',
		limits => { 'loop-simple' => 1.1 }, turn => \&steady, rate => 5000);
}


# Counted, not timed: one round says all. These come when they are asked for.
for my $count (1, 4, 16) {
	push @rows, counted('calls', $count, 'System calls, 5,000 a second', 'strace', 5000,
		\&system_calls, [calls => 'calls / datagram']);
	push @rows, counted('calls-burst', $count, 'System calls, 50,000 a second', 'strace', 50_000,
		\&system_calls, [calls => 'calls / datagram']);
	push @rows, counted('instructions', $count, 'Instructions, 2,000 a second', 'valgrind', 2000,
		\&instructions, [instructions => 'instructions / datagram']);
}

push @rows, {
	name => 'known', targets => 1, title => 'Known instances, and a target that is added',
	peers => ['heddle'], turn => \&instances, instances => 1_000_000,
	columns => [[instances => 'instances'], [bytes => 'PSS bytes each'],
		[seconds => 'replay, s'], [busy_seconds => 'replay while refreshed, s'],
		[missing => 'not heard of', 0]],
};

sub rows { return @rows }
sub turn { my ($row, $peer) = @_; return $row->{turn}->($row, $peer) }

1;
