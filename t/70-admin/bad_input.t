# SPDX-License-Identifier: BSD-2-Clause
# What people get wrong under /_v1: each is answered in words, and nothing has changed. Then what
# goes wrong between several of them.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Http;
use Heddle::Test;
use JSON::PP;

my ($one, $two, $stranger) = backends(qw(one two stranger));
my ($port, $new) = (free_port, free_port);
my $yaml = sub { return <<"YAML" };
services:
  web:
    listen: "127.0.0.1:$port"
    connect_timeout: $_[0]
    backends: {one: "${\$one->address}", two: "${\$two->address}"}
  other: {listen: "unix:/tmp/heddle-bad-input-$$.sock", backends: ["${\$two->address}"]}
YAML
my $h = heddle($yaml->('5s'), workers => 2);
END { unlink "/tmp/heddle-bad-input-$$.sock" }

# (status, body, head); headers are whole lines.
sub ask {
	my ($method, $path, $body, @headers) = @_;
	my $client = client($h->control) or return (0, '', '');
	$client->send(request($method, $path, $body, @headers));
	my ($head, $answer) = split /\r\n\r\n/, $client->rest(10) // '', 2;
	return (($head // '') =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0, $answer // '', $head // '');
}
sub request {
	my ($method, $path, $body, @headers) = @_;
	$body //= '';
	return join "\r\n", "$method $path HTTP/1.1", 'Host: localhost', 'Connection: close',
		'Content-Length: ' . length($body), @headers, '', $body;
}
sub config {
	my ($status, $body, $head) = ask(GET => '/_v1/config');
	my ($tag) = $head =~ /^ETag: (\S+)/mi;
	return ($body, $tag);
}

my ($web, $backend) = ('/_v1/services/web', '/_v1/services/web/backends/one');
my $big = '{"x": "' . 'y' x (10 << 20) . '"}';
# [what, method, path, body, status, what the answer says, headers]
my @rows = (
	['a list for an object', 'PUT', $web, '[]', 400, qr/mapping/],
	['a word for an object', 'PUT', $web, '"web"', 400, qr/mapping/],
	['an object for a list', 'PUT', $web, '{"listen": {"a": {"b": 1}}}', 400, qr/listen/],
	['an object for a text', 'PATCH', $web, '{"balance": {}}', 400, qr/services\.web\.balance/],
	['a string for a number', 'PATCH', $backend, '{"weight": "many"}', 400, qr/backends\.one\.weight/],
	['1.5 of a whole number', 'PATCH', $backend, '{"weight": 1.5}', 400, qr/1\.5/],
	['a number too large', 'PATCH', $backend, '{"weight": 1e99}', 400, qr/weight/],
	['a negative number', 'PATCH', $backend, '{"weight": -1}', 400, qr/weight/],
	['milliseconds for a time', 'PATCH', $web, '{"connect_timeout": 5000}', 400,
		qr/5000 has no unit; write 5000s or 5000ms/],
	['a key with a mistake', 'PATCH', $web, '{"balence": "first"}', 400, qr/"nearest":\s*"balance"/],
	['a word with a mistake', 'PATCH', $web, '{"balance": "roundrobin"}', 400, qr/round_robin/],
	['two mistakes', 'PATCH', $web, '{"balence": 1, "backlog": "x"}', 400, qr/balence.*backlog/s],
	['an address without a port', 'PUT', "$web/backends/new", '{"address": "10.0.0.1"}', 400,
		qr/port/],
	['no address', 'PUT', "$web/backends/new", '{}', 400, qr/address/],
	['what only the file may set', 'PATCH', '/_v1/config', '{"user": "root"}', 400,
		qr/user.*file/s],
	['the same in a service', 'PATCH', $web, '{"access_log": "/etc/passwd"}', 400, qr/file/],
	['no body', 'PUT', $web, '', 400, qr/./],
	['no JSON', 'PUT', $web, 'listen: ":80"', 400, qr/JSON/],
	['half of it', 'PUT', $web, '{"backends": {', 400, qr/JSON/],
	['more behind it', 'PUT', $web, '{} {}', 400, qr/JSON/],
	['a key twice', 'PATCH', $backend, '{"weight": 2, "weight": 3}', 400, qr/weight/],
	['deep nesting', 'PUT', $web, '[' x 100_000, 400, qr/JSON/],
	['deep nesting of mappings', 'PUT', $web, '{"a":' x 100_000, 400, qr/JSON/],
	['no UTF-8', 'PUT', $web, "{\"balance\": \"\xff\"}", 400, qr/JSON/],
	['NUL in a value', 'PUT', $web, '{"balance": "\u0000"}', 400, qr/JSON/],
	['NUL in a key', 'PUT', $web, '{"bal\u0000ance": "first"}', 400, qr/JSON/],
	['NUL as a byte', 'PUT', $web, "{\"balance\": \"\0\"}", 400, qr/JSON/],
	['10 MB', 'PUT', $web, $big, 413, qr/./],
	['40 MB, which take longer to send', 'PUT', $web, $big x 4, 413, qr/./],
	['NUL in a name', 'PUT', '/_v1/services/a%00b', '{}', 400, qr/path/],
	['a slash in a name', 'PUT', '/_v1/services/a%2Fb', '{}', 400, qr/name/],
	['the path of another object as a name', 'DELETE', '/_v1/services/web%2Fbackends%2Fone', undef, 404,
		qr/name/],
	['a slash too many', 'PUT', '/_v1/services/a/b', '{}', 404, qr/./],
	['a name with a blank', 'PUT', '/_v1/services/a%20b', '{}', 400, qr/name/],
	['a name that is no UTF-8', 'PUT', '/_v1/services/%ff', '{}', 400, qr/name/],
	['a bad escape', 'PUT', '/_v1/services/%zz', '{}', 400, qr/name/],
	['a name of ours', 'PUT', '/_v1/services/_config', '{}', 400, qr/name/],
	['a name too long', 'PUT', '/_v1/services/' . 'x' x 64, '{}', 400, qr/at most 63/],
	['nobody with that name', 'PATCH', '/_v1/services/none', '{}', 404, qr/services\.none/],
	['nobody to remove', 'DELETE', "$web/backends/none", undef, 404, qr/none/],
	['another method', 'POST', $web, '{}', 405, qr/./],
	['another type', 'PUT', $web, '{}', 415, qr/application\/json/, 'Content-Type: text/yaml'],
	['an unknown question', 'DELETE', "$backend?sesions=close", undef, 400, qr/sesions/],
	['a reload that was to change nothing', 'POST', '/_v1/reload?dry_run=1', undef, 400, qr/dry_run/],
	['a time without a unit', 'PATCH', "$backend?wait=5", '{}', 400, qr/wait/],
	['everything, without If-Match', 'PUT', '/_v1/config', '{}', 428, qr/web/],
	['an old ETag', 'PUT', '/_v1/config', '{}', 412, qr/./, 'If-Match: "old"'],
	['an old ETag of an object', 'PATCH', $web, '{}', 412, qr/./, 'If-Match: "old"'],
	['what is there already', 'PUT', $web, '{}', 412, qr/./, 'If-None-Match: *'],
	['a port that is taken', 'PUT', '/_v1/services/n', "{\"listen\": \"127.0.0.1:$port\"}", 409,
		qr/web/],
	['a port of a stranger', 'PUT', '/_v1/services/n', '{"listen": "' . $stranger->address . '"}', 409,
		qr/in use/],
	['one bad object of many', 'PATCH', '/_v1/config', "{\"services\": {\"n\": {\"listen\":
		\"127.0.0.1:$new\"}, \"web\": {\"balance\": 5}}}", 400, qr/services\.web\.balance/],
	['one taken port of many', 'PATCH', '/_v1/config', "{\"services\": {\"n\": {\"listen\":
		\"127.0.0.1:$new\"}, \"m\": {\"listen\": \"127.0.0.1:$port\"}}}", 409, qr/web/],
	['an address of heddle itself', 'PUT', "$web/backends/new", "{\"address\": \"127.0.0.1:$port\"}",
		400, qr/web/],
	['a port that is taken, at the root', 'PUT', '/n', "{\"address\": \"127.0.0.1:$port\"}", 400,
		qr/web/],
);

my ($before, $etag) = config();
ok($etag, 'the configuration has an ETag');
for my $row (@rows) {
	my ($what, $method, $path, $body, $status, $pattern, @headers) = @$row;
	my ($got, $answer, $head) = ask($method, $path, $body, @headers);
	is($got, $status, "$what: $status") or diag("$method $path\n$answer");
	like($answer, $pattern, '  in words');
	like($head, qr{application/problem\+json}i, '  as a problem') if $path =~ /^.?_v1/;
	my ($now, $tag) = config();
	next if $now eq $before && $tag eq $etag;
	fail("  $what has changed the configuration");
	($before, $etag) = ($now, $tag);
}
is(client($new), undef, 'no address of a refused change was left open');

# Eight that create the same service at the same time.
my $body = "{\"listen\": \"127.0.0.1:$new\", \"backends\": {\"one\": {\"address\": \"${\$one->address}\"}}}";
my @clients = map { client($h->control) } 1 .. 8;
$_->send(request(PUT => '/_v1/services/same', $body)) for @clients;
my %count;
$count{ $_->rest(10) =~ m{^HTTP/1\.1 (\d+)} ? $1 : 'none' }++ for @clients;
is_deeply(\%count, { 201 => 1, 200 => 7 }, 'eight create one service: all succeed, one has made it');
is(who($new), 'one', '... and it serves');
is((ask(DELETE => '/_v1/services/same'))[0], 200, 'it is removed');

# A change while a worker has not prepared a reload yet.
my ($worker) = $h->worker_pids;
$h->configure($yaml->('7s'));
kill 'STOP', $worker;
my $reload = launch({ out => $h->dir . '/reload', env => $h->environment }, Heddle::binary(), '-c',
	$h->{file}, '-s', 'reload');
my $client = client($h->control);
$client->send(request(PATCH => $backend, '{"weight": 9}'));
$client->fill(0.2);
kill 'CONT', $worker;
is(reap($reload, 20), 0, 'a reload is applied');
like($client->rest(10), qr{^HTTP/1\.1 200 }, '... and a change that came meanwhile');
my $now = decode_json((config())[0]);
is("$now->{services}{web}{connect_timeout} $now->{services}{web}{backends}{one}{weight}", '7s 9',
	'... both are in force');

# Clients that leave before their answer.
for my $weight (20 .. 40) {
	my $gone = client($h->control);
	$gone->send(request(PATCH => $backend, "{\"weight\": $weight}"));
	$gone->reset;
}
is((ask(PATCH => $backend, '{"weight": 3}'))[0], 200, 'clients that do not wait cost nothing');
ok(until_true(sub { ((decode_json((config())[0]))->{services}{web}{backends}{one}{weight} // 0) == 3 },
	5), '... the last who waited is right');
$h->finish;
done_testing();
