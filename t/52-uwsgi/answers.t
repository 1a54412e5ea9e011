# SPDX-License-Identifier: BSD-2-Clause
# What a client of a uwsgi service is told when its request ends without a node, what a node gets
# of the packet, which key is taken; and changes of routes and nodes by the API.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Uwsgi qw(uwsgi_packet);
use JSON::PP ();

# What comes back for a packet, and whether it came as one piece to its end.
sub request {
	my ($to, $packet) = @_;
	my $client = client($to) or return "connect: $!";
	$client->send($packet);
	my $answer = $client->rest(10);
	return $client->error ? $client->error : $answer;
}
sub status { my ($answer) = @_; return $answer =~ m{^HTTP/1\.0 (\d+) } ? $1 : $answer }
sub with_modifiers { my ($packet, @m) = @_; return pack('C', $m[0]) . substr($packet, 1, 2)
	. pack('C', $m[1]) . substr($packet, 4) }
# A node that sends back the four bytes of the header in hex, and its name.
sub node { my ($name, %o) = @_; return backend('echo', name => $name, %o) }
sub echoed { my ($to, $packet) = @_;
	my $client = client($to) or return "connect: $!";
	$client->send($packet);
	my $got = $client->bytes(length $packet, 10);
	return unpack('H*', substr $got, 0, 4) . (substr($got, 4) eq substr($packet, 4) ? ' same' : ' other');
}

my $k = uwsgi_packet(HTTP_HOST => 'K.Example.:80', PATH_INFO => '/a/b/c');
my $none = uwsgi_packet(REQUEST_METHOD => 'GET');
my $bad = pack('CvC', 0, 3, 0) . 'xyz';

on_each_event(sub {
	my $echo = node('echo');
	my %named = map { $_ => backend('named', name => $_) } qw(one two);
	my $dead = backend('refusing');
	my $breaks = backend('resetting', after => 10);
	my %port = map { $_ => free_port } qw(off all breaks default keep node lower mount force own named);
	my $name = "heddle-answers-$$";
	my $h = heddle(<<"YAML");
access_log: {to: ./access.log, format: json}
defaults: {protocol: uwsgi}
services:
  off: {listen: "127.0.0.1:$port{off}", error_response: off, routes: [{pattern: /nowhere/%s}]}
  all:
    listen: 127.0.0.1:$port{all}
    error_response: all
    routes: [{nodes: ["${\$dead->address}"]}]
  breaks:
    listen: 127.0.0.1:$port{breaks}
    error_response: all
    backends: ["${\$breaks->address}"]
  default:
    listen: ["127.0.0.1:$port{default}", "\@$name"]
    backends: ["${\$dead->address}"]
  keep: {listen: "127.0.0.1:$port{keep}", modifiers: keep, backends: ["${\$echo->address}"]}
  node:
    listen: 127.0.0.1:$port{node}
    backends: [{name: echo, address: "${\$echo->address}", modifier1: 5, modifier2: 200}]
  lower:
    listen: 127.0.0.1:$port{lower}
    key: {lowercase: on, strip_port: on, strip_dot: on}
    routes:
      - match: {regex: '^k\\.example\$', address: '${\$echo->address}'}
  mount:
    listen: 127.0.0.1:$port{mount}
    key: {mountpoints: 2}
    routes:
      - match: {regex: '^K\\.Example\\.:80/a/b\$', address: '${\$echo->address}'}
  force:
    listen: 127.0.0.1:$port{force}
    key: {force: fixed}
    routes:
      - match: {regex: '^fixed\$', address: '${\$echo->address}'}
  named:
    protocol: tcp
    listen: 127.0.0.1:$port{named}
    backends: [{name: one, address: "${\$named{one}->address}"}]
YAML
	is(request($port{off}, $_), '', 'off: closed') for $k, $none, $bad;
	is(status(request($port{all}, $k)), 502, 'all: no node could be connected');
	is(request($port{all}, $bad), '', 'all: what is no packet has no answer');
	is(status(request($port{all}, $none)), 404, 'all: no key');
	for my $shut (0, 1) {
		my $client = client($port{breaks});
		$client->send($k);
		$client->shut if $shut;
		is(status($client->rest(10)), 502, 'all: a node that resets before it has answered'
			. ($shut ? ', to one that has said all' : ''));
		is($client->error, '', '... in good order');
	}
	is(request($port{default}, $k), '', 'no_route: a node that fails is told by closing');
	is(status(request($port{default}, $none)), 404, 'no_route: no key');
	is(request($port{default}, "GET / HTTP/1.1\r\nHost: k\r\n\r\n"), '', 'HTTP is closed');
	is(echoed($port{keep}, with_modifiers($k, 7, 9)), unpack('H*', pack 'CvC', 7, length($k) - 4, 9)
		. ' same', 'modifiers: keep');
	is(echoed($port{node}, with_modifiers($k, 7, 9)), unpack('H*', pack 'CvC', 5, length($k) - 4, 200)
		. ' same', 'those of the node');
	is(echoed($port{$_}, with_modifiers($k, 7, 9)), unpack('H*', pack 'CvC', 0, length($k) - 4, 0)
		. ' same', "the key: $_, and modifiers 0") for qw(lower mount force);
	is(echoed($port{force}, pack('CvC', 0, 3, 0) . 'xyz'), '00030000 same', 'forced, whatever comes');
	SKIP: {
		skip 'abstract names are of Linux', 2 if $^O ne 'linux';
		is(status(request("\@$name\0", $none)), 404, 'an abstract name ends in NUL');
		ok(!client("\@$name"), '... and has no other form');
	}
	my @lines = $h->access(18);
	my ($http) = grep { $_->{reason} eq 'bad_greeting' && $_->{service} eq 'default' } @lines;
	is($http->{error}, 'an HTTP request, and this address speaks uwsgi', 'HTTP is told as that');

	my $client = Heddle::Api->new($h->control);
	my $api = sub { my $status = $client->call(@_); return ($status, $client->document) };
	my ($status) = $api->('PUT', 'services/own', { protocol => 'uwsgi',
		listen => "127.0.0.1:$port{own}", routes => [{ nodes => [$dead->address] },
		{ backends => 'named', for => 'failed' }] });
	is($status, 201, 'a service with routes by the API');
	my $ask = sub { my $c = client($port{own}); return $c->ask($k =~ s/\n//gr) };
	like($ask->(), qr/^one /, '... is used');
	($status, my $own) = $api->('GET', 'services/own');
	is_deeply([map { my $r = $_; map { "$_: $r->{$_}" } sort keys %$r } @{ $own->{routes} }],
		['nodes: nodes', 'backends: named', 'for: failed'], '... and shown') or diag explain $own;
	($status) = $api->('PUT', 'services/own/backends/two', { address => $named{two}->address });
	is($status, 201, 'a node is added');
	like($ask->(), qr/^two /, '... and used: the first route has it');
	($status) = $api->('PATCH', 'services/own', { routes => [{ backends => 'named' }] });
	is($status, 200, 'other routes');
	like($ask->(), qr/^one /, '... are used');
	($status, my $problem) = $api->('PATCH', 'services/own', { routes => [{ backends => 'x' }] });
	is($status, 400, 'a service that is not there');
	($status, $problem) = $api->('PATCH', 'services/named', { routes => [{ base => '/x' }] });
	is($status, 400, 'routes of TCP');
	for my $route ({ base => '' }, { base => JSON::PP::false }, { backends => '' },
		{ name => 'a/b', base => '/x' }, { match => { regex => '(a)', address => 'a' } })
	{
		($status) = $api->('PATCH', 'services/own', { routes => [$route] });
		is($status, 400, 'no route: ' . JSON::PP->new->canonical->encode($route));
	}
	($status) = $api->('DELETE', 'services/named');
	is($status, 409, 'a service whose backends a route uses') or diag $client->body;
	($status) = $api->('PUT', 'services/own/backends/lost', { address => '127.0.0.1:1',
		route => 'nowhere' });
	is($status, 400, 'a node of a route that is not there');
	($status) = $api->('PATCH', 'services/own', { routes => [{ nodes => 'nodes' },
		{ backends => 'named' }], error_response => 'all', key => { lowercase => JSON::PP::true } });
	is($status, 200, 'as they were, and other directives') or diag $client->body;
	($status, my $config) = $api->('GET', 'config');
	my $generation = $client->generation;
	($status) = $api->('PUT', 'config', $config, 'If-Match' => $client->etag);
	is("$status " . $client->generation, "200 $generation", 'the whole configuration goes back')
		or diag $h->log;
	is(($h->reload)[0], 0, 'a reload');
	is_deeply($client->object('config')->{services}{own}, $config->{services}{own},
		'... leaves it alone');
	($status) = $api->('PATCH', 'services/own', { routes => [{ nodes => [$named{one}->address,
		{ name => 'second', address => $named{two}->address }] }] });
	is($status, 200, 'a route with a list of nodes') or diag $client->body;
	is_deeply([sort keys %{ $client->object('services/own')->{backends} }],
		[sort $named{one}->address, 'second', 'two'], '... which are those of the route now');
	($status) = $api->('PATCH', 'services/force', { protocol => 'tcp', routes => undef });
	is($status, 200, 'another protocol') or diag $client->body;
	is($client->object('config')->{services}{force}{key}, undef,
		'... takes what only the former one had');
	$h->finish;
});
