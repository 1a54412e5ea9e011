# SPDX-License-Identifier: BSD-2-Clause
# What shuttle's clients rely on: merging, lists replaced as a whole, what is kept without effect,
# globals, eight clients at once, a service that cannot be beside some that can.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;

my ($one, $two) = backends('one', 'two');
my ($port, $other, $free, $again) = map { free_port } 1 .. 4;
my $h = heddle("services: {}\nadmin: {shuttle: v0.1}\n", workers => 2);
my $s = Heddle::Shuttle->new($h->control);

# Eight clients create the same service.
my $body = JSON::PP->new->canonical->encode({ address => "127.0.0.1:$port",
	backends => [{ name => 'b1', address => $one->address }] });
my @clients = map { client($h->control) } 1 .. 8;
$_->send("PUT /web HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
	. length($body) . "\r\n\r\n$body") for @clients;
is(join(' ', map { $_->rest =~ m{^HTTP/1.1 (\d+)} ? $1 : 'none' } @clients), '200 ' x 7 . 200,
	'eight PUTs of one service all succeed');
is($h->stats->{generation}, 2, '  and are one change');

# Merging.
is($s->put('/web', { server_timeout => 61500, maintenance_mode => \1, virtual_hosts => ['a', 'b'],
	error_pages => { 'http://e/<' => [503] }, 'https-redirect' => \1 }), 200, 'a merge');
my $web = $s->config('web');
is_deeply([@$web{qw(server_timeout address)}, $web->{backends}[0]{name}],
	[61500, "127.0.0.1:$port", 'b1'], '  keeps what is not there');
like($s->body, qr{"error_pages": \{\n    "http://e/\\u003c": \[\n      503\n    \]\n  \},},
	'what has no effect is given back in the same bytes');
ok($h->wait_log(qr/warn .*web: .*virtual_hosts, error_pages, https-redirect, maintenance_mode: kept/),
	'  with one warning');
is(who($port), 'one', '  and without effect');
$s->put('/web', { server_timeout => 0, virtual_hosts => [] });
$web = $s->config('web');
is($web->{server_timeout}, 61500, '0 keeps');
is($web->{virtual_hosts}, undef, 'an empty list replaces, and is left out');
is($web->{maintenance_mode}, JSON::PP::false, 'maintenance_mode is not merged: absent is false');
ok(!$web->{'https-redirect'}, 'nor is https-redirect');
is_deeply($web->{error_pages}, { 'http://e/<' => [503] }, 'an absent mapping stays');
$s->put('/web', { virtual_hosts => ['', 'x'] });
is($s->put('/web', { rise => 3 }), 200, 'an empty virtual host does no harm later');

# Backends: by name, in order; what did not change keeps its counters and sessions.
my $held = client($port);
is($held->ask('a'), 'one a', 'a session');
is($s->put('/web', { backends => [{ name => 'b0', address => $two->address },
	{ name => 'b1', address => $one->address }] }), 200, 'a backend more');
is_deeply([map { $_->{name} } @{ $s->config('web')->{backends} }], ['b0', 'b1'], '  in order');
cmp_ok($s->document('/web/b1')->{connections}, '>=', 2, '  the other keeps its counters');
is($held->ask('b'), 'one b', '  and its session');
is($s->put('/web/b0', { name => 'b9', address => $two->address, weight => 2 }), 200,
	'the name in the body wins');
is($s->document('/web/b9')->{weight}, 2, '  over that of the path');
is($s->put('/web/b9', { address => $two->address }), 200, 'a backend is replaced as a whole');
is($s->document('/web/b9')->{weight}, 1, '  its weight too');
is($s->put('/web/b8', { address => $two->address, network => 'tcp4' }), 200, 'with a network');
is($s->config('web')->{backends}[-1]{network}, 'tcp4', '  which is given back');
$s->put('/web', { backends => [{ name => 'b1', address => $one->address }] });

# An address changes, and no session is lost.
is($s->put('/web', { address => "127.0.0.1:$other" }), 200, 'another address');
is(who($other), 'one', '  is used at once');
is($held->ask('c'), 'one c', '  and the session goes on');

# Globals, and one service of three that cannot be.
my $blocker = backend('named', name => 'blocker');
is($s->post('/_config', { balance => 'LC', check_interval => 700, 'https-redirect' => \1,
	services => [{ name => 'x', address => "127.0.0.1:$free" },
		{ name => 'y', address => $blocker->address },
		{ name => 'z', address => "127.0.0.1:$port" }] }), 500, 'one address is taken');
like($s->body, qr/^y: listen tcp \S+: bind: address already in use\n\z/, '  is told');
my $all = $s->document('/_config');
is_deeply([map { $_->{name} } @{ $all->{services} }], [qw(web x z)], '  the others are there');
is_deeply([@$all{qw(balance check_interval https-redirect)}], ['LC', 700, JSON::PP::false],
	'globals are kept, but for https-redirect');
is_deeply([@{ $s->config('x') }{qw(balance check_interval)}], ['LC', 700],
	'  for services that come later');
is($s->config('web')->{balance}, 'RR', '  not for those that were there');
is($s->post('/_config', { services => [] }), 200, 'nothing is removed');
is(scalar @{ $s->document('/_config')->{services} }, 3, '  by a list without them');
is($s->post('/_config', { services => [map { { name => $_, address => "127.0.0.1:$again" } } qw(u v)] }), 500,
	'two want one address');
like($s->body, qr/^v: 127\.0\.0\.1:$again is already the address of services\.u\n\z/, '  the first gets it');
is($s->put('/y', { address => $blocker->address }), 400, 'alone, it is 400');
is($s->get('/y'), 404, '  and not there');
$held->close;
$h->finish;
done_testing();
