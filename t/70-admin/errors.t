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
	is($headers->{'content-type'}, 'application/problem+json', '... is a problem');
	is($headers->{'x-heddle-generation'}, 1, '... of this generation');
	is(eval { decode_json($answer)->{status} }, $code, '... that knows its status');
	return $headers;
}
refused('GET', '/', 404);
refused('GET', '/_v1/nothing', 404);
refused('GET', '/_v1/stats/nobody', 404);
refused('GET', '/_v1/stats/a%00b', 400);
refused('GET', '/_health?service=web,nobody', 404);
is(refused('GET', '/_v1/reload', 405)->{allow}, 'POST', 'what would be right');
is(refused('DELETE', '/_v1/stats', 405)->{allow}, 'GET, HEAD', 'what would be right');
refused('POST', '/_v1/reload', 413, 'x' x 70_000);

for my $bytes ("\0" x 100, "GET\r\n\r\n", 'x' x 40_000, "GET / HTTP/1.1\r\nX: " . 'y' x 30_000,
	"POST /_v1/reload HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
	"POST /_v1/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
	"POST /_v1/reload HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n" . 'z' x 300_000) {
	my $client = client($h->control);
	$client->send($bytes, 1);
	$client->close;
}
is($h->health, 200, 'rubbish does no harm');
is($h->stats->{generation}, 1, 'nothing was reloaded');
is(who($port), 'one', 'it serves');
$h->finish;
done_testing();
