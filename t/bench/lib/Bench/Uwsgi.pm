# SPDX-License-Identifier: BSD-2-Clause
# Routers of uwsgi: heddle beside uWSGI's fastrouter, nginx's stream module and the bare relay, all
# before the same node (uwsgi_node.c), which listens on port 9000 and on a unix socket. The client
# is uwsgi_load.c: a connection for each request. The peer "direct" is no router at all.
package Bench::Uwsgi;

use strict;
use warnings;

use IO::Socket::INET;

use Bench::Peers qw(add_peers backend_port heddle_config nginx_load put);
use Bench::Process qw(cpu run tree);
use Bench::Traced qw(calls);

use constant HOST => 'www.example.com';	# which the pattern makes the path of the node's socket

my %option;    # build, folder, seconds, strace

sub setup { %option = @_ }
sub tool { return "$option{build}/bench/$_[0]" }
sub path { return "$option{folder}/@{[HOST]}.sock" }
sub node { return tool('uwsgi_node'), backend_port, path() }
sub tcp { return '127.0.0.1:' . backend_port }

sub heddle {
	my ($name, $port, $routes, $settings) = @_;

	return "$option{build}/heddle", '-c', heddle_config($name, $port, settings => $settings,
		services => <<"END");
  bench:
    protocol: uwsgi
    listen: "127.0.0.1:$port"
    $routes
END
}

# Its log has a line for each client that resets, and it checks its directory: run in ours.
sub fastrouter {
	my ($port, @options) = @_;

	return 'uwsgi', '--master', '--die-on-term', '--disable-logging', '--listen', 4096,
	    '--plugin', 'fastrouter', '--uid', 'nobody', '--fastrouter-quiet', 1, '--fastrouter',
	    "127.0.0.1:$port", @options;
}

# Where nodes announce themselves.
sub server { my ($port) = @_; return '127.0.0.1:' . ($port + 5000) }

sub subscribed {
	my ($name, $port) = @_;

	return heddle($name, $port, 'routes: [{subscriptions: bench}]',
		"subscriptions:\n  bench: {listen: \"@{[server($port)]}\"}\n");
}

sub fastrouter_subscribed {
	my (undef, $port) = @_;

	return fastrouter($port, '--fastrouter-subscription-server', server($port));
}

sub nginx {
	my ($name, $kind, $text) = @_;
	my $load = $kind eq 'stream' ? nginx_load() : '';

	return 'nginx', '-p', $option{folder}, '-c', put("$name.conf", <<"END");
$load
daemon off;
user nobody nogroup;
worker_processes 1;
worker_rlimit_nofile 20000;
pid $option{folder}/$name.pid;
error_log $option{folder}/$name.log error;
events { worker_connections 20000; }
$kind {
	access_log off;
	$text
}
END
}

sub stream {
	my ($name, $port, $to) = @_;

	return nginx($name, 'stream', "server { listen 127.0.0.1:$port backlog=4096; "
		. "proxy_pass $to; tcp_nodelay on; }");
}

# A web server that takes the whole body before it asks the node.
sub web {
	my ($name, $port) = @_;

	my $folders = join ' ', map { "${_}_temp_path $option{folder}/$_;" }
	    qw(client_body proxy fastcgi uwsgi scgi);

	return nginx($name, 'http', "client_max_body_size 0; $folders server { "
		. "listen 127.0.0.1:$port backlog=4096; location / { uwsgi_pass @{[tcp()]}; "
		. "uwsgi_param CONTENT_LENGTH \$content_length; } }");
}

add_peers(
	'direct' => [backend_port, sub { 'sleep', 'infinity' }],
	'heddle-uwsgi' => [9220, sub { heddle(@_, qq(backends: ["@{[tcp()]}"])) }],
	'heddle-uwsgi-unix' => [9221, sub { heddle(@_, qq(backends: ["unix:@{[path()]}"])) }],
	'heddle-uwsgi-pattern' =>
	    [9222, sub { heddle(@_, "routes: [{pattern: $option{folder}/%s.sock}]") }],
	'heddle-uwsgi-buffered' =>
	    [9223, sub { heddle(@_, qq(post_buffering: 8k\n    backends: ["@{[tcp()]}"])) }],
	'heddle-uwsgi-subscribed' => [9224, \&subscribed],
	'heddle-uwsgi-subscribed-unix' => [9225, \&subscribed],
	'fastrouter-subscribed' => [9144, \&fastrouter_subscribed],
	'fastrouter-subscribed-unix' => [9145, \&fastrouter_subscribed],
	'fastrouter' => [9140, sub { fastrouter($_[1], '--fastrouter-to', tcp()) }],
	'fastrouter-unix' => [9141, sub { fastrouter($_[1], '--fastrouter-to', path()) }],
	'fastrouter-pattern' => [9142, sub { fastrouter($_[1], '--fastrouter-use-pattern',
		"$option{folder}/%s.sock") }],
	'fastrouter-buffered' => [9143, sub { fastrouter($_[1], '--fastrouter-to', tcp(),
		'--fastrouter-post-buffering', 8192) }],
	'relay-unix' => [9195, sub { tool('relay'), 'rw', $_[1], path() }],
	'relay-uwsgi' => [9196, sub { tool('relay'), 'rw', $_[1], backend_port }],
	'nginx-uwsgi' => [9150, sub { stream(@_, tcp()) }],
	'nginx-uwsgi-unix' => [9151, sub { stream(@_, 'unix:' . path()) }],
	'nginx-web' => [9152, \&web],	# is sent HTTP
);

# The node announces itself to a router that has a subscription server.
sub announce {
	my ($peer) = @_;

	return if $peer->{name} !~ /subscribed/;
	my $block = join '', map { pack 'v/a*', $_ } key => HOST,
	    address => $peer->{name} =~ /unix/ ? path() : tcp(), modifier1 => 0,
	    modifier2 => 0, cores => 1, load => 0, weight => 1;
	my $socket = IO::Socket::INET->new(Proto => 'udp',
		PeerAddr => server($peer->{port})) or die "announce: $!\n";
	$socket->send(pack('C v C', 224, length $block, 0) . $block);
	select undef, undef, undef, 0.05;	# it has no answer
	return;
}

# Requests over so many connections at once: done, errors, p50 and p99 in microseconds, seconds.
sub load {
	my ($peer, $connections, $seconds, $body, $rate) = @_;
	announce($peer);
	my $text = run(tool('uwsgi_load'), $peer->{name} eq 'nginx-web' ? 'http' : 'packet',
		$peer->{port}, $connections, $seconds, HOST, $body // 0, $rate // 0);
	my %r;

	@r{qw(done errors p50_us p99_us seconds)} = split ' ', $text;
	die "uwsgi_load: nothing was answered by $peer->{name}: $text\n" if !$r{done};
	$r{errors} ? ($r{errors} = "$r{errors} errors") : delete $r{errors};
	return \%r;
}

# CPU of all processes of the peer meanwhile, in seconds; undef where there is none.
sub with_cpu {
	my ($peer, $code) = @_;
	my $before = cpu($peer->{pid});
	my $r = $code->();

	return ($r, $peer->{name} =~ /^direct/ ? undef : cpu($peer->{pid}) - $before);
}

sub count_calls {
	my ($peer) = @_;
	my $requests;
	my %calls = calls($peer->{pid}, $option{folder}, sub {
		$requests = load($peer, 64, 2)->{done};
	});
	my $total = 0;
	$total += $_ for values %calls;
	my @names = grep { $calls{$_} / $requests >= 0.05 }
	    sort { $calls{$b} <=> $calls{$a} } keys %calls;
	return (calls => $total / $requests, calls_by_name => join ', ',
		map { sprintf '%s %.2f', $_, $calls{$_} / $requests } @names);
}

sub requests {
	my ($peer, $round) = @_;

	load($peer, 64, 0.5);
	my ($r, $cpu) = with_cpu($peer, sub { load($peer, 64, $option{seconds}) });
	$r->{rate} = $r->{done} / $r->{seconds};
	$r->{cpu_per_million} = $cpu / $r->{done} * 1e6 if defined $cpu;
	%$r = (%$r, count_calls($peer)) if !$round && $option{strace} && defined $cpu;
	return $r;
}

# What the slowest peer gets through, requests a second: found in the round before the first.
my $slowest;

sub latency {
	my ($peer, $round) = @_;

	if ($round < 0) {
		my $r = load($peer, 64, $option{seconds});
		my $rate = $r->{done} / $r->{seconds};
		$slowest = $rate if !$slowest || $rate < $slowest;
		return {};
	}
	my ($r, $cpu) = with_cpu($peer, sub {
		load($peer, 512, $option{seconds} + 1, 0, $slowest / 2) });
	$r->{asked} = $slowest / 2;
	$r->{cpu_per_million} = $cpu / $r->{done} * 1e6 if defined $cpu;
	return $r;
}

sub status {
	my ($pid, $name) = @_;

	open my $file, '<', "/proc/$pid/status" or return 0;
	my ($kb) = map { /^$name:\s+(\d+)/ ? $1 : () } <$file>;
	return $kb // 0;
}

# Forgets the peak that was; what the processes have now, in kB.
sub begin_peak {
	my ($root) = @_;
	my $sum = 0;

	for my $pid (tree($root)) {
		open my $file, '>', "/proc/$pid/clear_refs" or next;
		print $file 5;
		close $file;
		$sum += status($pid, 'VmRSS');
	}
	return $sum;
}

sub peak {
	my ($root) = @_;
	my $sum = 0;

	$sum += status($_, 'VmHWM') for tree($root);
	return $sum;
}

sub bodies {
	my ($peer, $size, $connections) = @_;
	my $before = begin_peak($peer->{pid});
	my ($r, $cpu) = with_cpu($peer, sub {
		load($peer, $connections, $option{seconds}, $size) });

	$r->{rate} = $r->{done} * $size / 1e9 / $r->{seconds};
	return $r if !defined $cpu;
	$r->{cpu_per_gb} = $cpu / ($r->{done} * $size) * 1e9;
	$r->{peak_kb} = peak($peer->{pid}) - $before;
	$r->{rss_kb} = peak($peer->{pid});
	return $r;
}

my @of_requests = ([rate => 'requests/s'], [p50_us => 'p50 us'], [p99_us => 'p99 us'],
	[cpu_per_million => 'CPU s / million'], [calls => 'calls / request', 13]);
my @of_bodies = ([rate => 'GB/s'], [cpu_per_gb => 'CPU s / GB'],
	[rss_kb => 'RSS at most, kB'], [peak_kb => 'of it for the bodies, kB']);

sub request_row {
	my ($name, $title, $limits, @peers) = @_;

	return { name => $name, title => $title, command => \&node, peers => \@peers,
		turn => \&requests, columns => \@of_requests,
		ratios => [{ of => 'cpu_per_million', title => 'CPU', limits => $limits }] };
}

sub body_row {
	my ($name, $title, $size, $connections, @peers) = @_;

	return { name => $name, title => $title, command => \&node, peers => \@peers,
		turn => sub { bodies($_[0], $size, $connections) }, columns => \@of_bodies,
		ratios => [{ of => 'cpu_per_gb', title => 'CPU per GB', limits => {} }] };
}

my @streaming = qw(heddle-uwsgi relay-uwsgi fastrouter nginx-uwsgi);
my @buffered = qw(heddle-uwsgi-buffered fastrouter-buffered nginx-web);
my @workloads = (
	request_row('uwsgi', 'uwsgi, one request per connection, a node on TCP',
		{ 'relay-uwsgi' => 1.00, fastrouter => 0.88 }, @streaming),
	request_row('uwsgi-unix', 'uwsgi, a node on a unix socket',
		{ 'relay-unix' => 1.00, 'fastrouter-unix' => 0.88 },
		qw(heddle-uwsgi-unix relay-unix fastrouter-unix nginx-uwsgi-unix)),
	request_row('uwsgi-pattern', 'uwsgi, the path of the node made of the key',
		{ 'relay-unix' => 1.00, 'fastrouter-pattern' => 0.88 },
		qw(heddle-uwsgi-pattern relay-unix fastrouter-pattern)),
	request_row('uwsgi-subscribed', 'uwsgi, a node on TCP that is subscribed',
		{ 'relay-uwsgi' => 1.00, 'fastrouter-subscribed' => 0.82 },
		qw(heddle-uwsgi-subscribed relay-uwsgi fastrouter-subscribed)),
	request_row('uwsgi-subscribed-unix', 'uwsgi, a node on a unix socket that is subscribed',
		{ 'relay-unix' => 1.00, 'fastrouter-subscribed-unix' => 0.82 },
		qw(heddle-uwsgi-subscribed-unix relay-unix fastrouter-subscribed-unix)),
	{
		name => 'uwsgi-latency', command => \&node, turn => \&latency, before => 1,
		title => 'uwsgi, latency at half of what the slowest router gets through',
		peers => [@streaming, 'direct'],
		columns => [[asked => 'requests/s'], [p50_us => 'p50 us'], [p99_us => 'p99 us'],
			[cpu_per_million => 'CPU s / million']],
		ratios => [{ of => 'p50_us', title => 'p50', limits => {} },
			{ of => 'p99_us', title => 'p99', limits => {} }],
	},
	body_row('uwsgi-1m', 'uwsgi, bodies of 1 MB, 8 at once, streamed', 1e6, 8, @streaming),
	body_row('uwsgi-100m', 'uwsgi, bodies of 100 MB, 2 at once, streamed', 1e8, 2, @streaming),
	body_row('uwsgi-buffered-1m', 'uwsgi, bodies of 1 MB, 8 at once, kept until they are there',
		1e6, 8, @buffered),
	body_row('uwsgi-buffered-100m', 'uwsgi, bodies of 100 MB, 2 at once, likewise', 1e8, 2,
		@buffered),
);

sub workloads { return @workloads }

1;
