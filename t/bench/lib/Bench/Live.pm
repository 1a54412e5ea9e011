# SPDX-License-Identifier: BSD-2-Clause
# What changes through the API cost. A row is [name, title, heads, measure]; measure(print) calls
# print with the cells of each line.
package Bench::Live;

use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use Time::HiRes qw(sleep time);

use Bench::Process qw(cpu pss run start stop tree wait_for wait_port);
use Bench::Report qw(median);

our @EXPORT_OK = qw(rows setup);

my %option;	# folder, build, quick

sub setup { %option = @_ }

use constant { FIRST_PORT => 10000, BACKEND => 9000, PROBE => 9001, API => 9002, PEER => 9003 };

sub tool { return "$option{build}/bench/$_[0]" }
sub seconds { return $option{quick} ? 1 : $_[0] }
sub services { return $option{quick} && $_[0] > 50 ? 50 : $_[0] }

sub write_file {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
}

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or return '';
	local $/;
	return <$file> // '';
}

# The backends of the last service answer, so that a request can show that it serves.
sub address {
	my ($s, $b, $services) = @_;
	return '127.0.0.1:' . BACKEND if $s == $services - 1;
	return sprintf '127.0.%d.%d:%d', $s / 250, 1 + $s % 250, 20000 + $b;
}

# As JSON: {s0: {listen, backends: {b0: {address}}}}.
sub objects {
	my ($services, $backends) = @_;
	my %all = map {
		my $s = $_;
		("s$s" => { listen => '127.0.0.1:' . (FIRST_PORT + $s), backends => {
			map { ("b$_" => { address => address($s, $_, $services) }) } 0 .. $backends - 1 } })
	} 0 .. $services - 1;
	return \%all;
}

# {pid, backend}; services are beside one that traffic uses.
sub begin {
	my (%o) = @_;
	my $dir = $option{folder};
	my %services = %{ objects($o{services}, $o{backends}) };

	$services{probe} = { listen => '127.0.0.1:' . PROBE,
		backends => { one => { address => '127.0.0.1:' . BACKEND } } };
	unlink glob "$dir/heddle.* $dir/state.json*";
	write_file("$dir/heddle.yaml", join("\n", "workers: $o{workers}", 'max_backends: 65536',
		'worker_sessions: 2000', 'user: nobody', "pid_file: $dir/heddle.pid",
		"log: {to: $dir/heddle.log, level: warn}", 'admin: {listen: "127.0.0.1:' . API . '"}',
		$o{state} ? "state: $dir/state.json" : (),
		'services: ' . JSON::PP->new->canonical->encode(\%services)) . "\n");
	my $backend = start('/dev/null', tool('backend'), 'http', BACKEND);
	wait_port(BACKEND, $backend);
	my $pid = start("$dir/heddle.out", "$option{build}/heddle", '-c', "$dir/heddle.yaml");
	wait_for('heddle to be ready', 60, sub { (call('GET', '/_health/ready'))[0] == 200 });
	sleep seconds(2);	# the first checks and cleaning up after the start
	return { pid => $pid, backend => $backend };
}

sub end { my ($h) = @_; stop($_) for $h->{pid}, $h->{backend} }

sub control { return "$option{folder}/heddle.sock" }

# (status, body, head) of one request over the control socket.
sub call {
	my ($method, $path, $body, @headers) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => control()) or return 0;
	$body //= '';
	print $socket join("\r\n", "$method $path HTTP/1.0", 'Host: localhost',
		'Content-Type: application/json', 'Content-Length: ' . length $body, @headers, '', $body);
	local $/;
	my ($head, $answer) = split /\r\n\r\n/, <$socket> // '', 2;
	return (($head // '') =~ m{^HTTP/1.. (\d+)} ? $1 : 0, $answer, $head);
}

# heddle and its client go before everybody else of the machine, as if it were idle. Where the
# system does not let us, they stand in line: the words to begin the client with.
sub first {
	my ($h) = @_;
	return () if system('chrt -f 10 true 2>/dev/null') != 0;
	system('chrt', '-f', '-p', 10, $_) for tree($h->{pid});
	return qw(chrt -f 10);
}

# {sent, ok, failed, p50, p99, max} in ms. The first argument may be words to begin with.
sub api {
	my ($address, @arguments) = @_;
	my @first = ref $address ? @{ shift @$address } : ();
	($address) = @$address if ref $address;
	my @of = split ' ', run(@first, tool('api'), $address, @arguments);
	die "api @arguments: no figures\n" if @of != 7;
	return { sent => $of[0], ok => $of[1], failed => $of[2],
		map { $_->[0] => sprintf '%.2f', $of[ $_->[1] ] / 1e3 } [p50 => 3], [p99 => 5], [max => 6] };
}

# One change at a time, 50 a second.
sub change {
	my ($print, $state) = @_;

	for my $workers (2, 8) {
		for my $count (10, services(1000)) {
			my $h = begin(services => $count, backends => 10, workers => $workers, state => $state);
			my @first = first($h);
			for my $to (control(), API) {
				my $got = api([\@first, $to], 1, 50, seconds(10), 'patch', $count, 10);
				$print->($count, $workers, $to eq API ? 'TCP' : 'unix', @$got{qw(ok failed p50 p99 max)},
					$state ? fsyncs($h, $count) : ());
			}
			end($h);
		}
	}
}

# How long the calls that wait for the disk take for each change (ms: median, p99), in a run of
# its own because strace slows everything down.
sub fsyncs {
	my ($h, $count) = @_;
	my ($pid) = grep { slurp("/proc/$_/cmdline") =~ /^heddle: state/ } tree($h->{pid});
	my $out = "$option{folder}/strace.out";

	return ('no state process', '-') if !$pid;
	unlink $out;
	my $tracer = start('/dev/null', 'strace', '-qq', '-T', '-e', 'trace=fsync,fdatasync', '-o', $out,
		'-p', $pid);
	sleep 0.5;
	my $got = api(control(), 1, 50, seconds(4), 'patch', $count, 10);
	stop($tracer);
	my @ms = sort { $a <=> $b } map { 1e3 * $_ } slurp($out) =~ /<([\d.]+)>$/mg;
	return ('strace saw none', '-') if !@ms;
	my $sum = 0;
	$sum += $_ for @ms;
	return (sprintf('%.2f', $sum / $got->{ok}), sprintf '%.2f', $ms[ 0.99 * $#ms ]);
}

# Requests a second that clients get through with nothing else going on.
sub capacity {
	my $said = run(tool('rate'), PROBE, 64, 1e6, seconds(3));
	return (split ' ', $said)[1] / seconds(3);
}

# (traffic's figures, what `meanwhile` returns) while it goes on in the background.
sub traffic {
	my ($rate, $seconds, $meanwhile) = @_;
	my $out = "$option{folder}/rate.out";

	unlink $out;
	my $pid = start($out, tool('rate'), PROBE, 64, $rate, $seconds);
	sleep 0.7;	# it counts from half a second on
	my $result = $meanwhile->();
	wait_for('rate', $seconds + 20, sub { waitpid($pid, 1) == $pid });
	my @of = split ' ', slurp($out);
	die "rate: no figures\n" if @of != 8;
	return ({ sent => $of[0], failed => $of[2] + $of[0] - $of[1], p50 => $of[3], p99 => $of[5] },
		$result);
}

sub megabytes { return sprintf '%.1f', pss($_[0]{pid}) / 1e6 }

# 1,000 changes a second, in turns with the same client polling.
sub flood {
	my ($print) = @_;
	my $count = services(1000);

	for my $state (0, 1) {
		my $h = begin(services => $count, backends => 10, workers => 2, state => $state);
		my $rate = int capacity() / 2;
		my $seconds = seconds(60);
		my %p99;
		for my $what (qw(get patch)) {
			my ($before, $cpu) = (megabytes($h), cpu($h->{pid}));
			my $middle;
			my ($traffic, $api) = traffic($rate, $seconds + 2, sub {
				my $half = api(control(), 16, 1000, $seconds / 2, $what, $count, 10);
				$middle = megabytes($h);
				my $rest = api(control(), 16, 1000, $seconds / 2, $what, $count, 10);
				$half->{$_} += $rest->{$_} for qw(ok failed);
				$half->{p99} = $rest->{p99} if $rest->{p99} > $half->{p99};
				return $half;
			});
			$cpu = (cpu($h->{pid}) - $cpu) / $seconds;
			sleep seconds(2);
			$p99{$what} = $traffic->{p99};
			$print->(($what eq 'get' ? 'polls' : 'changes') . ($state ? ', state file' : ''), $rate,
				@$api{qw(ok failed p99)}, $traffic->{failed}, $traffic->{p99},
				sprintf('%.2f', $traffic->{p99} / $p99{get}), sprintf('%.2f', $cpu), "$before, $middle, " . megabytes($h));
		}
		end($h);
	}
}

# Answers about everything, in turns with none: ten rounds of traffic alone, with two GETs a second
# and with GETs back to back. How long others wait is that of a client which asks for a backend 200
# times a second.
sub whole_answers {
	my ($print) = @_;
	my $h = begin(services => services(1000), backends => 10, workers => 2);
	my $rate = int capacity() / 6;
	my @rounds = 1 .. ($option{quick} ? 1 : 10);

	my @paths = qw(/_v1/stats / /_v1/config /_config);
	for my $path ($option{quick} ? $paths[0] : @paths) {
		my @get = ('get', 0, 0, $path);
		my (%p99, $failed);
		my $bytes = length((call('GET', $path))[1]);
		my ($seconds, $before) = ($option{quick} ? 2 : 4, cpu($h->{pid}));
		my $once = api(control(), 1, 2, $seconds, @get);
		my $cpu = 1e3 * (cpu($h->{pid}) - $before) / $once->{ok};
		my $out = "$option{folder}/api.out";
		my $pid = start($out, tool('api'), control(), 1, 1e4, $seconds, @get);
		my $others = api(control(), 1, 200, $seconds - 0.5, 'get', services(1000), 10);
		wait_for('api', $seconds + 30, sub { waitpid($pid, 1) == $pid });
		for (@rounds) {
			my @turns = ([alone => sub { }],
				[two => sub { api(control(), 1, 2, $seconds - 1, @get) }],
				[all => sub { api(control(), 1, 1e4, $seconds - 1, @get) }]);
			for my $turn (@turns) {
				my ($name, $meanwhile) = @$turn;
				my ($traffic) = traffic($rate, $seconds, $meanwhile);
				push @{ $p99{$name} }, $traffic->{p99};
				$failed += $traffic->{failed};
			}
		}
		$print->($path, $bytes, sprintf('%.0f', $cpu), @$once{qw(p50 max)}, @$others{qw(p99 max)}, $rate,
			map({ median(@$_) } @p99{qw(alone two all)}), $failed);
	}
	end($h);
}

# Until the last service of the new configuration answers a request (ms).
sub until_served {
	my ($count, $began) = @_;
	my $port = FIRST_PORT + $count - 1;

	wait_for("port $port", 60, sub {
		my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
			Timeout => 5) or return 0;
		print $socket "GET / HTTP/1.1\r\n\r\n";
		return (<$socket> // '') =~ / 200 /;
	});
	return sprintf '%.0f', 1e3 * (time - $began);
}

sub put_config {
	my ($count) = @_;
	my $h = begin(services => 0, backends => 0, workers => 2);
	my ($status, $body, $head) = call('GET', '/_v1/config');
	my ($etag) = ($head // '') =~ /^ETag: (.*?)\r?$/mi;
	my $config = decode_json($body);
	$config->{services}{$_->[0]} = $_->[1] for map { my $all = objects($count, 10);
		map { [$_, $all->{$_}] } keys %$all } 1;
	my $text = JSON::PP->new->canonical->encode($config);
	my $before = cpu($h->{pid});
	my $began = time;
	($status, $body) = call('PUT', '/_v1/config', $text, "If-Match: $etag");
	my $answered = sprintf '%.0f', 1e3 * (time - $began);
	die "PUT config: $status ", substr($body // '', 0, 600), "\n" if $status != 200;
	my $served = until_served($count, $began);
	my $cpu = sprintf '%.0f', 1e3 * (cpu($h->{pid}) - $before);
	end($h);
	return ($answered, $served, $cpu);
}

sub peer_config {
	my ($name, $count) = @_;
	my $dir = $option{folder};
	my @all = map { my $s = $_; [$s, FIRST_PORT + $s, map { address($s, $_, $count) } 0 .. 9] }
		0 .. $count - 1;

	if ($name eq 'haproxy') {
		return "global\n  maxconn 4000\n  stats socket $dir/haproxy.sock\ndefaults\n  mode tcp\n"
			. "  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n" . join '', map {
			my ($s, $port, @b) = @$_;
			"listen s$s\n  bind 127.0.0.1:$port\n" . join '', map { "  server b$_ $b[$_]\n" } 0 .. 9
		} [-1, PEER, map { '127.0.0.1:' . BACKEND } 0 .. 9], @all;
	}
	my ($module) = grep { -e } map { "$_/ngx_stream_module.so" } qw(/usr/lib/nginx/modules
		/usr/lib64/nginx/modules /usr/local/libexec/nginx);
	return ($module ? "load_module $module;\n" : '') . "daemon off;\nworker_processes 2;\n"
		. "pid $dir/nginx.pid;\nerror_log $dir/nginx.err;\nevents { worker_connections 4000; }\n"
		. "stream {\n" . join('', map {
			my ($s, $port, @b) = @$_;
			"upstream s$s { " . join('', map { "server $_; " } @b) . "}\n"
			. "server { listen 127.0.0.1:$port; proxy_pass s$s; }\n"
		} [99999, PEER, '127.0.0.1:' . BACKEND], @all) . "}\n";
}

sub peer_reload {
	my ($name, $count, $program) = @_;
	my $dir = $option{folder};
	my $file = "$dir/$name.conf";
	write_file($file, peer_config($name, 0));
	my @command = $name eq 'haproxy' ? ($program, '-W', '-f', $file)
		: ($program, '-p', $dir, '-c', $file);
	my $pid = start("$dir/$name.out", @command);
	my $backend = start('/dev/null', tool('backend'), 'http', BACKEND);
	wait_port($_, $pid) for BACKEND, PEER;
	sleep 1;
	write_file($file, peer_config($name, $count));
	my $before = cpu($pid);
	my $began = time;
	kill $name eq 'haproxy' ? 'USR2' : 'HUP', $pid;
	my $served = until_served($count, $began);
	my $cpu = sprintf '%.0f', 1e3 * (cpu($pid) - $before);
	stop($_) for $pid, $backend;
	return (undef, $served, $cpu);
}

sub whole {
	my ($print) = @_;
	my $count = services(1000);
	my @runs = map { [put_config($count)] } 1 .. ($option{quick} ? 1 : 3);

	$print->('heddle, PUT /_v1/config', map { my $i = $_; median(map { $_->[$i] } @runs) } 0 .. 2);
	for my $name (qw(haproxy nginx)) {
		my ($program) = grep { -x } map { "$_/$name" } split(/:/, $ENV{PATH}), '/usr/sbin';
		if (!$program) {
			$print->("$name: not installed");
			next;
		}
		my @peer = map { [peer_reload($name, $count, $program)] } 1 .. ($option{quick} ? 1 : 3);
		$print->("$name, reload", undef, map { my $i = $_; median(map { $_->[$i] } @peer) } 1, 2);
	}
}

my @of_change = ('services', 'workers', 'over', 'changes', 'failed', 'p50 ms', 'p99 ms', 'longest ms');

my @rows = (
	[change => 'One backend\'s weight through /_v1, no state file, 50 a second', \@of_change,
		sub { change($_[0], 0) }],
	[durable => 'The same with a state file', [@of_change, 'fsyncs of a change, ms', 'p99 of one'],
		sub { change($_[0], 1) }],
	[flood => '1,000 changes a second among 1,000 services, traffic at half capacity',
		['', 'traffic, requests/s', 'answered', 'failed', 'p99 ms', 'traffic: failed', 'p99 us',
			'against polls', 'cores used', 'memory of all, MB: before, middle, after'], \&flood],
	[stats => 'Answers about 1,000 services x 10 backends',
		['', 'bytes', 'CPU, ms', 'p50 ms', 'longest', 'others wait: p99 ms', 'longest',
			'traffic, requests/s', 'its p99 us alone', 'with two GETs a second', 'GETs back to back',
			'failed'], \&whole_answers],
	[config => '1,000 services x 10 backends from nothing',
		['', 'answered, ms', 'last service answers, ms', 'CPU of all processes, ms'], \&whole],
);

sub rows { return @rows }

1;
