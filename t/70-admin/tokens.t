# SPDX-License-Identifier: BSD-2-Clause
# Tokens: who may do what, by TCP; the file of them, good and bad.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;
use Digest::SHA qw(sha256_hex);
use File::Temp;

my $folder = File::Temp->newdir('heddle-tokens-XXXXXX', TMPDIR => 1);
my $file = "$folder/tokens";
my ($port, $admin, $readonly) = map { free_port } 1 .. 3;
my $one = backend('named', name => 'one');
sub line { my ($name, $role, @globs) = @_; return join(' ', $name, $role, 'sha256:' . sha256_hex("secret-$name"), @globs) . "\n" }
sub tokens { Heddle::write_file($file, join '', @_); chmod 0640, $file }
tokens("# who\n", line('watch', 'metrics'), line('see', 'read'), line('act', 'operate'),
	line('all', 'write'), line('web', 'write', 'web*'));
my $h = heddle(qq(admin: {tokens: $file, listen: ["127.0.0.1:$admin", {address: "127.0.0.1:$readonly", access: read}]}
services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}
));

sub status {
	my ($to, $method, $path, @headers) = @_;
	my $client = client($to);
	$client->send(join("\r\n", "$method $path HTTP/1.1", 'Host: localhost', 'Connection: close',
		@headers) . "\r\n\r\n");
	my $answer = $client->rest;
	return ($answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0, $answer);
}
sub with { my ($name, @request) = @_; return (status(@request, "Authorization: Bearer secret-$name"))[0] }

my ($status, $answer) = status($admin, 'GET', '/_health/live');
is($status, 401, 'no token');
like($answer, qr/^WWW-Authenticate: Bearer\r$/m, '... is asked for');
is(with('nobody', $admin, 'GET', '/_health/live'), 401, 'an unknown one');
is((status($admin, 'GET', '/_health/live', 'Authorization: Basic c2VjcmV0LXNlZQ=='))[0], 401, 'another scheme');
is((status($admin, 'GET', '/_health/live', ('Authorization: Bearer secret-see') x 2))[0], 401, 'two of them');
is(with('watch', $admin, 'GET', '/_health/live'), 200, 'metrics: health');
is(with('watch', $admin, 'GET', '/_v1/stats'), 403, '... and no more');
is(with('see', $admin, 'GET', '/_v1/stats'), 200, 'read: stats');
is(with($_, $admin, 'POST', '/_v1/reload'), 403, "$_: no reload") for qw(see act);
is(with('all', $admin, 'POST', '/_v1/reload'), 200, 'write: a reload');
is(with('web', $admin, 'POST', '/_v1/reload'), 403, 'some services: no reload');
is(with('all', $readonly, 'POST', '/_v1/reload'), 403, 'a listener with less access than the token');
is(with('all', $readonly, 'GET', '/_v1/stats'), 200, '... lets it read');
# Globs bind changes, and nothing else.
my $new = free_port;
sub with_body { my ($name, $method, $path, $body) = @_;
	my $client = client($admin);
	$client->send(join("\r\n", "$method $path HTTP/1.1", 'Host: localhost', 'Connection: close',
		"Authorization: Bearer secret-$name", 'Content-Length: ' . length $body) . "\r\n\r\n$body");
	return $client->rest =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0 }
my $service = qq({"address": "127.0.0.1:$new", "backends": []});
is(with_body('see', 'PUT', '/web2', $service), 403, 'read: no change');
is(with_body('act', 'PUT', '/web2', $service), 403, 'operate: none that is not of a state');
is(with_body('web', 'PUT', '/db', $service), 403, 'another service than the globs say');
is(with_body('web', 'PUT', '/', "[$service]"), 403, 'no service');
is(with_body('web', 'PUT', '/web2', $service), 200, 'one that they say');
is(with('web', $admin, 'GET', '/_v1/stats/web2'), 200, '... is read');
# The same in heddle's own tree; `operate` is for two directives.
my $backend = '/_v1/services/web/backends/' . $one->address;
is(with_body('see', 'PATCH', $backend, '{"state": "drain"}'), 403, 'read: no patch');
is(with_body('act', 'PATCH', "$backend?force=1", '{"state": "drain", "drain_timeout": "1m"}'), 200, 'operate: a drain');
is(with_body('act', 'PATCH', $backend, '{"state": "ready"}'), 200, '... and back');
is(with_body('act', 'PATCH', $backend, '{"state": "ready", "weight": 2}'), 403, '... and nothing else');
is(with_body('act', 'PATCH', "$backend?force=1", qq("127.0.0.1:$new")), 403, '... no address alone');
is(with_body('act', 'PATCH', '/_v1/services/web', '{"balance": "first"}'), 403, '... of a service either');
is(with_body('act', 'DELETE', "$backend?force=1", ''), 403, '... is not removed');
is(with_body('act', 'PATCH', '/_v1/config', '{}'), 403, '... nor everything patched');
is(with_body('web', 'PATCH', '/_v1/config', '{}'), 403, 'some services: not everything');
is(with_body('web', 'PATCH', $backend, '{"weight": 2}'), 200, '... but one of them');
is($h->service('web')->{changed}{by}, 'api web', '... and its name is noted');
is(with_body('web', 'PUT', '/_v1/services/db', '{"listen": "127.0.0.1:1", "backends": {}}'), 403, '... and no other');
$h->wait_log(qr{notice control\S* audit: PUT /web2 by api web from 127\.0\.0\.1:\d+: .*services\.web2.*; generation \d+});
unlike($h->log, qr/audit: .* by api see/, 'what was refused is not there');
is(with_body('web', 'DELETE', '/web', ''), 200, 'one that they match');
is($h->health, 200, 'the control socket asks for none');

# Read again with a reload, for connections that there are.
my $kept = client($admin);
my $request = "GET /_health/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret-see\r\n\r\n";
sub next_status { $kept->send($request); $kept->read_until(sub { $kept->buffered =~ /\r\n\r\n.*\n/s });
	my $got = $kept->buffered =~ /^HTTP\S+ (\d+)/ ? $1 : 0;
	my ($length) = $kept->buffered =~ /^Content-Length: (\d+)/m;
	$kept->bytes(index($kept->buffered, "\r\n\r\n") + 4 + ($length // 0));
	return $got }
is(next_status(), 200, 'a connection');
tokens(line('all', 'write'));
is(($h->reload)[0], 0, 'tokens are taken away');
is(next_status(), 401, '... from connections that there are, too');
is(with('all', $admin, 'GET', '/_v1/stats'), 200, '... not all of them');

# Bad files are refused, by -t and by a reload; what ran goes on.
for (['a line' => line('all', 'write') . "\nx reader sha256:00\n", qr/tokens: 3: the role behind/],
	['a hash' => "x read sha256:00\n", qr/tokens: 1: behind the role comes sha256:/],
	['a name twice' => line('a', 'read') x 2, qr/tokens: 2: a token with that name/],
	['nothing' => '', qr/tokens: it is empty/])
{
	my ($name, $text, $why) = @$_;
	tokens($text);
	my ($code, $said) = $h->reload;
	like("$code $said", qr/^1 .*heddle\.yaml:1:\d+: error: admin\.tokens: .*$why/s, "$name: refused");
	like(join(' ', $h->command('-t')), qr/^1 .*$why/s, '... by -t, too');
}
tokens(line('all', 'write'));
for ([0644, qr/others may use it/], [0660, qr/its group may write it/]) {
	chmod $_->[0], $file;
	like(join(' ', $h->reload), qr/^1 .*$_->[1]/s, sprintf('mode %o', $_->[0]));
}
is(with('all', $admin, 'GET', '/_v1/stats'), 200, 'the last good ones are in force');
$h->finish;
done_testing();
