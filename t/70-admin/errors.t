# SPDX-License-Identifier: BSD-2-Clause
# What is wrong with a request is told as a problem, and nothing comes of it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;
use JSON::PP;

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(qq(services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n));

sub refused {
	my ($method, $path, $code, $body) = @_;
	my ($status, $answer, $headers) = Heddle::Http::request($h->control, $method, $path, $body);
	is($status, $code, "$method $path");
	is($headers->{'x-heddle-generation'}, 1, '... of this generation');
	if ($path !~ m{^/_(?:v1|health)(?![^/?])}) {	# shuttle's tree
		is($headers->{'content-type'}, 'text/plain', '... is plain text');
		like($answer, qr/^[^\n{]+\n\z/, '... of one line');
		return $headers;
	}
	is($headers->{'content-type'}, 'application/problem+json', '... is a problem');
	is(eval { decode_json($answer)->{status} }, $code, '... that knows its status');
	return $headers;
}
refused('GET', '/_v1/nothing', 404);
refused('GET', '/_v1/stats/nobody', 404);
refused('GET', '/_v1/stats/a%00b', 400);
refused('GET', '/_health?service=web,nobody', 404);
is(refused('GET', '/_v1/reload', 405)->{allow}, 'POST', 'what would be right');
is(refused('DELETE', '/_v1/stats', 405)->{allow}, 'GET, HEAD', 'what would be right');
refused('GET', $_, 404) for '/_v1/stats/', '/_v1/stats/web/', '/_v1/stats/web/x', '/_v1%2Fstats';
is(scalar($h->get('/_v1/stats/w%65b')), 200, 'a name is decoded');
refused('POST', '/_v1/reload', 413, 'x' x (8 * 1024 * 1024 + 1));

# What is not even a request gets the same kind of answer, and the connection ends.
sub refused_raw {
	my ($name, $bytes, $code, $detail) = @_;
	my $client = client($h->control);
	$client->send($bytes, 1);
	my ($head, $body) = split /\r\n\r\n/, $client->rest, 2;
	like($head, qr{^HTTP/1\.[01] $code }, "$name: $code");
	my $text = $bytes =~ m{^\w+ /(?!_v1)};
	my $type = $text ? 'text/plain' : 'application/problem+json';
	like($head, qr{^Content-Type: \Q$type\E\r?$}m, "... $type");
	like($head, qr{^Connection: close\r?$}m, '... the last answer of this connection');
	like($head, qr{^X-Heddle-Generation: 1\r?$}m, '... of this generation');
	my ($length) = $head =~ /^Content-Length: (\d+)/m;
	is($length, length($body // ''), '... as long as it says');
	return like($body, defined $detail ? qr/^[^\n{]+: \Q$detail\E\n\z/ : qr/^[^\n{]+\n\z/,
		'... what was wrong, in a line') if $text;
	my $problem = eval { decode_json($body) };
	is($problem->{status}, $code, '... that knows its status');
	is($problem->{detail}, $detail, '... and what was wrong');
}
my $http = 'it is not valid HTTP';
my $reload = "POST /_v1/reload HTTP/1.1\r\nHost: x\r\n";
refused_raw('no words', "\0" x 100 . "\r\n\r\n", 400, $http);
refused_raw('one word', "GET\r\n\r\n", 400, $http);
refused_raw('no colon', "GET / HTTP/1.1\r\nHost x\r\n\r\n", 400, $http);
refused_raw('a negative length', "${reload}Content-Length: -1\r\n\r\n", 400, $http);
refused_raw('an unknown method', "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501, undef);
refused_raw('two lengths', "${reload}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, $http);
refused_raw('a length beside an encoding', "${reload}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"
	. "\r\n0\r\n\r\n", 400, $http);
refused_raw('another expectation', "${reload}Content-Length: 3\r\nExpect: tea\r\n\r\nabc", 417,
	'100-continue is the only one');
refused_raw('a long line', 'x' x 40_000, 414, 'at most 8192 bytes');
refused_raw('a long path', 'GET /' . 'x' x 9_000 . " HTTP/1.1\r\nHost: x\r\n\r\n", 414, 'at most 8192 bytes');
my $head = 'at most 32768 bytes and 200 lines';
refused_raw('a long head', "GET / HTTP/1.1\r\nX: " . 'y' x 40_000, 431, $head);
refused_raw('... of many lines', "GET / HTTP/1.1\r\n" . "X: y\r\n" x 250 . "\r\n", 431, $head);
my $most = 'at most 8388608 bytes';
refused_raw('a long body', "${reload}Content-Length: 10000000\r\n\r\n" . 'z' x 300_000, 413, $most);
refused_raw('... in chunks', "${reload}Transfer-Encoding: chunked\r\n\r\nffffff\r\n" . 'z' x 300_000, 413, $most);
refused_raw('... announced', "${reload}Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n", 413, $most);
refused_raw('no chunks', "${reload}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 413, $most);

# A body that its method has no use for is not the next request.
my $client = client($h->control);
$client->send("GET /_health/live HTTP/1.1\r\nContent-Length: 20\r\n\r\nPOST /_v1/reload HTTP/1.1\r\n\r\n", 1);
my @answers = $client->rest =~ m{^HTTP/1\.1 (\d+)}mg;
is("@answers", 200, 'one request, one answer');

# Three in one packet are three, and each gets an answer of ours.
$client = client($h->control);
$client->send("GET /_health/live HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\n\r\nBREW / HTTP/1.1\r\n\r\n", 1);
my $three = $client->rest;
@answers = $three =~ m{^HTTP/1\.1 (\d+)}mg;
is("@answers", '200 404 501', 'three requests, three answers');
unlike($three, qr/<html/i, '... none of which is a page');

is($h->health, 200, 'rubbish does no harm');
is($h->stats->{generation}, 1, 'nothing was reloaded');
is(who($port), 'one', 'it serves');
$h->finish;
done_testing();
