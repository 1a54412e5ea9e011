#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Services and backends through /_v1: created, replaced, patched, removed, by one and by eight.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my ($one, $two, $three) = backends('one', 'two', 'three');
my ($port, $other, $third) = (free_port, free_port, free_port);
my $h = heddle(<<"YAML", workers => 2);
defaults: {connect_timeout: 3s}
services:
  file: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
my $held = client($port);
$held->send("first\n");
is($held->line, 'one first', 'a session is held all the time');

# Created twice, by eight at once, and only if it does not exist.
my $web = { listen => ["127.0.0.1:$other"], backends => { two => { address => $two->address } } };
is($api->put('services/web', $web), 201, 'PUT creates');
my ($etag, $generation) = ($api->etag, $api->generation);
is($generation, 2, '  one generation more');
is($api->header('X-Heddle-Durable'), 'no', '  and nothing is on disk without a state file');
is(who($other), 'two', '  and it serves when it is answered');
is($api->put('services/web', $web), 200, 'the same again: 200');
is("$etag $generation", $api->etag . ' ' . $api->generation, '  same ETag, same generation');
my @eight = $api->together(map { ['PUT', 'services/eight', { listen => "127.0.0.1:$third",
	backends => { two => $two->address } }] } 1 .. 8);
is(scalar(grep { $_ == 201 || $_ == 200 } @eight), 8, 'eight at once: all succeed');
$api->get('config');
is($api->generation, $generation + 1, '  one generation');
is($api->put('services/web', $web, 'If-None-Match' => '*'), 412, 'If-None-Match: * refuses what is there');
is($api->get('services/web', 'If-None-Match' => $etag), 304, 'GET: 304 when it is known');
is($api->generation, $generation + 1, '  which says of what generation');
is($api->header('X-Heddle-Durable'), 'no', '  and whether that is on disk');
is($api->get('services/web', 'If-None-Match' => $_), 304, "GET with $_") for '*', "W/$etag", "\"a\", $etag";
is($api->call('HEAD', 'services/web', undef, 'If-None-Match' => $etag), 304, 'HEAD, too');
is($api->get('services/web', 'If-None-Match' => '"other"'), 200, 'another tag: 200');
is($api->get('services/web?' . 'x' x 9000), 414, 'what evhttp refuses');
is($api->header('X-Heddle-Durable'), 'no', '  has these headers, too');

# Patches.
is($api->patch('services/web', { balance => 'round_robin', check => { interval => '1s' } }),
	200, 'PATCH');
is_deeply([@{ $api->document }{qw(balance check)}], ['round_robin', { interval => '1s' }],
	'  the answer is the object');
is($api->patch('services/web', { check => undef }), 200, 'null removes');
is($api->document->{check}, undef, '  it is at its default');
is($api->patch('services/web', { backends => { two => { weight => 3 }, three =>
	$three->address } }), 200, 'backends below are patched and added');
is_deeply($api->document->{backends}, { two => { address => $two->address, weight => 3, status => 'up' },
	three => { address => $three->address, status => 'up' } }, '  both are there');
is(join(' ', sort split / /, many($other, 4)), 'three two two two', '  used at once');
is($api->patch('services/web', { backends => { three => undef } }), 200, '... and removed');
is_deeply([keys %{ $api->document->{backends} }], ['two'], '  by null');
is($api->patch('services/web/backends/none', { weight => 1 }), 404, 'PATCH of what is not there');
is($api->patch('services/web/backends/two', { weight => undef }), 200, 'a value goes back');
is($h->backend('web', 'two')->{weight}, 1, '  to its default');
is($h->service('web')->{changed}{by}, 'api', 'who changed it last');
is($h->stats->{differences}, 2, 'two services run that are not in the file');
is($api->get('config?diff=file'), 200, 'differences');
is_deeply([sort map { $_->{path} } @{ $api->document->{differences} }],
	['services.eight', 'services.web'], '  by path');

# Names with escapes, and addresses as names.
is($api->put('services/web/backends/10.0.0.1%3A80', { address => '10.0.0.1:80', weight => 0 }), 201,
	'a backend called by its address, escaped');
is($api->remove('services/web/backends/10.0.0.1:80'), 200, '... removed by it, plain');
is($api->put('services/a%2Fb', $web), 400, 'a slash in a name');
like($api->errors, qr/a name is made of/, '  says what a name is');

is($api->put('services/' . 'a' x 64, $web), 400, 'a name that is too long');
like($api->errors, qr/a name has at most 63 characters/, '  says how long it may be');
is($api->get('services/' . 'a' x 64), 404, '... and is not there');
is($api->put('services/none/backends/one', { address => $two->address }), 404, 'a backend of a service that is not there');
is($api->errors, 'services.none does not exist', '  says which');
is($api->patch('services/web', ''), 400, 'an empty body');
is($api->document->{title}, 'the body is empty', '  is called that');
is($api->patch('services/web', {}, 'Content-Encoding' => 'gzip'), 415, 'a body that says it is compressed');

# What was read can be sent back, whatever it is.
my $unix = $h->dir . '/web.sock';
my %full = (listen => ["127.0.0.1:$other", { address => $unix, backlog => 9 }], balance => 'first',
	passive => { failures => 2, retry => '5s' }, keepalive => JSON::PP::false, nodelay => JSON::PP::false,
	check => { type => 'http', status => '200-299,304', path => '/x?y=z', headers => { 'X-A' => '1' },
		body => 'ok $x' }, backends => {
	two => { address => $two->address, check => { port => 81 }, drain_timeout => '1m', weight => 2 },
	'unix:/run/none.sock' => { address => 'unix:/run/none.sock', state => 'maintenance' } });
is($api->put('services/full?dry_run=1', { %full, listen => "127.0.0.1:$other" }), 409, 'another has the address');
$full{listen}[0] = '127.0.0.1:' . free_port;
is($api->put('services/full', \%full), 201, 'many directives');
my $read = $api->object('services/full');
is($read->{check}{status}, '200-299,304', '  a directive called status stays');
$generation = $api->generation;
for my $path ('services/full', 'services/full/backends/two', 'services/full/backends/unix:%2Frun%2Fnone.sock') {
	my $object = $api->object($path);
	is($api->$_($path, $object), 200, "$_ of what was read at $path") for qw(put patch);
	is_deeply($api->object($path), $object, '  it is the same');
}
is($api->generation, $generation, 'nothing has changed by that');
my $everything = $api->object('config');
is($api->put('config', $everything, 'If-Match' => $api->etag), 200, '... nor by all of it');
is($api->generation, $generation, '  the same generation');
is($api->remove('services/full'), 200, 'removed');

# Entity tags.
is($api->get('services/web'), 200, 'an ETag');
$etag = $api->etag;
is($api->patch('services/web/backends/two', { weight => 2 }), 200, '  of a service changes with a backend');
is($api->patch('services/web', { balance => 'random' }, 'If-Match' => $etag), 412, 'If-Match with the old one');
is($api->object('services/web')->{balance}, 'round_robin', '  changes nothing');
is($api->patch('services/web', { balance => 'random' }, 'If-Match' => $api->etag), 200, 'with the new one');
is(($h->reload)[0], 0, 'a reload');
is($api->patch('services/web', { balance => 'first' }, 'If-Match' => $etag), 412,
	'after a reload tags are new');
is($api->object('services/web')->{balance}, 'random', 'what the API made is still there');

# Dry runs.
is($api->patch('services/web?dry_run=1', { balance => 'first', backends => { two => undef, new =>
	$one->address } }), 200, 'a dry run');
my $d = $api->document;
is_deeply([sort @{ $d->{changes} }], [
	"services.web.backends.new: added ${\$one->address}",
	"services.web.backends.two: removed ${\$two->address}",
	'services.web.balance: random -> first', 'services.web.passive: off -> on'],
	'  says what would change');
is($d->{object}{balance}, 'first', '  and how it would be');
is($api->object('services/web')->{balance}, 'random', '  changes nothing');
is($api->put('services/new?dry_run=1', { listen => ["127.0.0.1:$other"], backends => {} }), 409,
	'a dry run with an address of another service');

# The last one, and sessions.
is($api->remove('services/web/backends/two'), 409, 'the last usable backend');
like($api->errors, qr/^web would have no usable backend left; \?force=1/, '  says so');
is($api->patch('services/web/backends/two', { state => 'drain' }), 409, '... is not drained either');
is($api->patch('services/web', { backends => { two => undef, three => $three->address } }), 200,
	'... unless another one comes in');
my $cut = client($other);
$cut->send("x\n");
is($cut->line, 'three x', 'a session');
is($api->patch('services/web/backends/three?force=1&wait=100ms', { state => 'drain' }), 504,
	'a drain that waits');
is($api->errors, 'services.web.backends.three has 1 session left', '  says for what');
is($api->remove('services/web/backends/three?force=1&sessions=close'), 200, 'sessions=close');
like($cut->ended(5), qr/closed|reset/, '  ends it');
ok($h->wait_for(sub { ($h->service('web')->{ended}{removed} // 0) == 1 }, 10, 'its end'), '  as removed');
is($api->remove('services/web?wait=5s'), 200, 'a service is removed');
ok($h->wait_log(qr{audit: DELETE /_v1/services/web\S* by api from \S* services\.web: removed; }),
	'  by one line that names it alone');
is($api->get('services/web'), 404, '  and not there');
ok(!client($other), '  nor is its address');
$held->send("still\n");
is($held->line, 'one still', 'the held session goes on');
$held->shut;
$h->finish;
done_testing();
