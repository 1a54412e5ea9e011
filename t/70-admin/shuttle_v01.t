# SPDX-License-Identifier: BSD-2-Clause
# shuttle's API in the dialect of its last releases: routes, statuses, texts, types, bytes.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;

my ($one, $two) = backends('one', 'two');
my ($port, $other) = (free_port, free_port);
my $h = heddle("services: {}\nadmin: {shuttle: v0.1}\n", workers => 2);
my $s = Heddle::Shuttle->new($h->control);

for my $path ('/', '/_stats') {
	is($s->get($path), 503, "GET $path without services");
	is($s->body, "[]\n", '  is an empty list');
}
is($s->get('/_config'), 200, 'the configuration');
my $numbers = join '', map { qq(  "$_": 0,\n) }
	qw(check_interval fall rise client_timeout server_timeout connect_timeout);
is($s->body, qq({\n$numbers  "https-redirect": false,\n  "services": null\n}\n), '  in its bytes');
is($s->header('content-type'), 'text/plain; charset=utf-8', '  is sent as shuttle sends it');

is($s->put('/web', { address => "127.0.0.1:$port", backends => [
	{ name => 'b1', address => $one->address },
	{ name => 'b2', address => $two->address, weight => 0 } ] }), 200, 'PUT creates');
my $whole = $s->body;
is($s->header('x-heddle-generation'), 2, '  says which change that was');
is($s->header('x-heddle-durable'), 'no', '  and whether it is on disk');
is(many($port, 4), 'one two one two', '  and the next client is served');
$s->get('/_config');
is($s->body, $whole, '  the answer is the next GET /_config, byte by byte');
like($whole, qr/"name": "web",\n      "address": "127.0.0.1:$port",\n      "network": "tcp",\n/,
	'  names');
like($whole, qr/"balance": "RR",\n      "check_interval": 5000,\n      "fall": 2,\n/, '  defaults');
like($whole, qr/"check_address": "",\n          "weight": 1\n        \}\n/, '  weight 0 is 1');

ok($h->wait_for(sub { $h->settled eq '' }, 5, 'the sessions to end'), 'all ended');
my $stats = $s->document('/web');
is_deeply([map { $stats->{$_} } qw(name balance check_interval virtual_hosts)],
	['web', 'RR', 5000, undef], 'stats of a service');
is_deeply([@$stats{qw(connections active sent received)}], [4, 0, 8, 24], '  counted at once');
is($s->document('/web/b1')->{connections}, 2, 'stats of a backend');
is($s->document('/web/b1')->{up}, JSON::PP::true, '  which is up');
is($s->document('/')->[0]{name}, 'web', 'stats of all');
is_deeply($s->document('/web/_stats')->{backends}[1]{name}, 'b2', '/_stats of a service');

sub answers {
	my ($method, $path, $body, $status, $text, $why) = @_;
	is($s->request($method, $path, $body), $status, "$method $path: $why");
	is($s->body, "$text\n", "  $text") if defined $text;
	is($s->header('x-content-type-options'), 'nosniff', '  not to be guessed')
		if $status >= 400;
}

answers('GET', '/no', undef, 404, 'service does not exist', 'no service');
answers('GET', '/web/no', undef, 404, 'backend does not exist', 'no backend');
answers('GET', '/no/no', undef, 404, 'service does not exist', 'neither');
answers('GET', '/no/_config', undef, 404, 'service does not exist', 'no configuration');
answers('DELETE', '/no', undef, 404, 'service does not exist', 'nothing to remove');
answers('DELETE', '/web/no', undef, 400, 'backend does not exist', 'nothing to remove');
answers('PUT', '/no/b', '{}', 400, 'service does not exist', 'no service for it');
answers('PUT', '/web', '{"name": "x"}', 400, 'Mismatched service name in API call', 'two names');
answers('PUT', '/web', '{', 500, 'unexpected end of JSON input', 'no JSON');
answers('PUT', '/web', '{} x', 500, "invalid character 'x' after top-level value", 'garbage');
answers('PUT', '/web', '', 500, 'unexpected end of JSON input', 'no body');
answers('PUT', '/web', '{"server_timeout": "5"}', 500, 'json: cannot unmarshal string into Go '
	. 'struct field ServiceConfig.server_timeout of type int', 'a string for a number');
answers('PUT', '/web', '{"rise": 1.5}', 500, 'json: cannot unmarshal number 1.5 into Go struct '
	. 'field ServiceConfig.rise of type int', 'a fraction');
answers('POST', '/_config', '[]', 500, 'json: cannot unmarshal array into Go value of type '
	. 'client.Config', 'a list');
answers('PUT', '/n', '{"network": "sctp"}', 400, "Error: unknown network 'sctp'", 'a network');
answers('PUT', '/_foo', '{}', 400, undef, 'a name of our own');
answers('PUT', '/n', "{\"address\": \"127.0.0.1:$port\"}", 400, undef, 'an address in use');
answers($_, '/web', undef, 404, $_ eq 'HEAD' ? undef : '404 page not found', 'no such method')
	for qw(HEAD PATCH OPTIONS);
answers('GET', $_, undef, 404, '404 page not found', 'no such path')
	for '/web/', '/a/b/c', '/web/b1/';
$s->get('/_config');
is($s->body, $whole, 'nothing has changed');

for (['//web', '/web'], ['/a/../web', '/web'], ['/./web/', '/web/'], ['/%2Fweb', '/web'],
	['/..', '/']) {
	is($s->get($_->[0]), 301, "GET $_->[0] leads elsewhere");
	is($s->header('location'), $_->[1], "  to $_->[1]");
}
is($s->get('/web%2Fb1?x=y'), 200, 'an encoded slash separates; a query is ignored');

is($s->put('/web', 'null'), 200, 'null says nothing');
is($s->put('/web', '{"Server_Timeout": 1500, "unknown": 1, "server_timeout": 500}'), 200,
	'names in any case, unknown ones ignored');
is($s->config('web')->{server_timeout}, 500, '  the last counts');
is($s->delete('/web/b1'), 200, 'a backend is removed');
is_deeply([map { $_->{name} } @{ $s->config('web')->{backends} }], ['b2'], '  others stay');
is($s->delete('/web'), 200, 'a service is removed');
like($s->body, qr/"services": null/, '  with the whole configuration');
is(client($port), undef, '  and not listened for');
$h->finish;
done_testing();
