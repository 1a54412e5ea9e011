# SPDX-License-Identifier: BSD-2-Clause
# What people send to shuttle's API: nothing of it changes anything, all of it is answered in words.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;

my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = <<"YAML";
services: {web: {listen: "127.0.0.1:$port", backends: [{name: b, address: "${\$one->address}"}]}}
YAML
my $h = heddle($yaml, workers => 2);
my $s = Heddle::Shuttle->new($h->control);
$s->get('/_config');
my $whole = $s->body;

sub refused {
	my ($why, $method, $path, $body, $status, $pattern) = @_;
	is($s->request($method, $path, $body), $status, "$why: $status");
	like($s->body, $pattern, '  in words');
}
refused('a list', 'PUT', '/n', '[]', 400, qr/^json: cannot unmarshal array into Go value of type/);
refused('a string', 'PUT', '/n', '"x"', 400, qr/^json: cannot unmarshal string/);
refused('a mapping for a list', 'PUT', '/n', '{"backends": {}}', 400, qr/ServiceConfig\.backends/);
refused('a number in it', 'PUT', '/n', '{"backends": [1]}', 400, qr/number 1 into Go value/);
refused('1.5 of a weight', 'PUT', '/web/b', '{"weight": 1.5}', 400, qr/BackendConfig\.weight of type int/);
refused('a number that is too large', 'PUT', '/n', '{"rise": 1e30}', 400, qr/ServiceConfig\.rise/);
refused('a negative time', 'PUT', '/n', '{"client_timeout": -1}', 400, qr/^-1 is negative/);
refused('a negative weight', 'PUT', '/web/c', '{"address": "10.0.0.1:80", "weight": -1}', 400,
	qr/weight/);
refused('no address', 'PUT', '/web/c', '{}', 400, qr/./);
refused('a wrong address', 'PUT', '/n', '{"address": "nowhere"}', 400, qr/nowhere/);
refused('a wrong word', 'PUT', '/n', '{"address": ":0", "balance": "XY"}', 400, qr/XY/);
refused('deep nesting', 'PUT', '/n', '[' x 100_000, 400, qr/^exceeded max depth/);
refused('NUL in a string', 'PUT', '/n', '{"name": "\u0000"}', 400, qr/NUL/);
refused('a control character', 'PUT', '/n', "{\"name\": \"\n\"}", 400, qr/in string literal/);
refused('UDP', 'PUT', '/n', '{"network": "udp"}', 400, qr/UDP/);
refused('a name with blanks', 'PUT', '/a%20b', '{}', 400, qr/^service a b: /);
refused('a name that is no UTF-8', 'PUT', '/%ff', '{}', 400, qr/^service /);
refused('a name of a backend', 'PUT', '/web/a%20b', '{"address": "10.0.0.1:80"}', 400, qr/^backend a b: /);
refused('a name of our own', 'PUT', '/web/_x', '{"address": "10.0.0.1:80"}', 400, qr/^backend _x: /);
refused('an address of our own', 'PUT', '/web/c', "{\"address\": \"127.0.0.1:$port\"}", 400, qr/web/);
refused('a name too many', 'POST', '/', '[{"address": ":0"}]', 500, qr/^a service without a name/);
refused('DELETE of all', 'DELETE', '/', undef, 404, qr/^404 page not found/);
refused('DELETE of all', 'DELETE', '/_config', undef, 404, qr/^404 page not found/);
is($s->request('PUT', '/n', ' ' x (9 << 20)), 413, 'a body that is too large: 413');

my $gone = client($h->control);
my $body = '{"backends": []}';
$gone->send("PUT /gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16\r\n\r\n$body");
$gone->reset;
ok(until_true(sub { $s->get('/gone') == 200 || $s->get('/_config') == 200 }, 10),
	'a client that does not wait for its answer');
until_true(sub { $s->delete('/gone') == 404 && $s->get('/gone') == 404 }, 10);

# Repeated keys, in any case; a string that is not UTF-8.
is($s->put('/web', "{\"NAME\": \"x\", \"name\": \"web\", \"virtual_hosts\": [\"a\xff\"],
	\"backends\": [{\"name\": \"b\", \"address\": \"${\$one->address}\"}]}"), 200, 'what Go takes');
like($s->body, qr/"virtual_hosts": \[\n      "a\xef\xbf\xbd"\n/, '  bytes that are not UTF-8');
$s->put('/web', { virtual_hosts => [], check_interval => 0, backends => [
	{ name => 'b', address => $one->address } ] });
$s->get('/_config');
is($s->body, $whole, 'nothing else has changed');
is(who($port), 'one', '  and it serves');

# A worker that does not answer: still an answer within 1.8 s, with the change_timeout of the default.
is(($h->reload("change_timeout: 1500ms\n$yaml"))[0], 0, 'heddle\'s own change_timeout');
my ($worker) = $h->worker_pids;
kill 'STOP', $worker;
my $begin = Time::HiRes::time();
is($s->put('/web/b', { address => $one->address, weight => 2 }), 503, 'a worker that does not confirm');
cmp_ok(Time::HiRes::time() - $begin, '<', 4, '  is told in time');
like($s->body, qr/./, '  in words');
kill 'CONT', $worker;
ok(until_true(sub { $s->config('web')->{backends}[0]{weight} == 2 }, 10), '  the change is in force');
$h->finish;
done_testing();
