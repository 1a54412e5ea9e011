# SPDX-License-Identifier: BSD-2-Clause
# Pieces of requests in any order, whole, in small packets, cut or half-closed: whatever is
# answered is an answer of ours, and the control socket lives. HEDDLE_SEED repeats a run,
# HEDDLE_TURNS makes it longer.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $seed = $ENV{HEDDLE_SEED} // time;
srand $seed;
my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(qq(services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n));

my @pieces = ('GET ', 'POST ', 'HEAD ', 'PUT ', 'DELETE ', 'TRACE ', '/_v1/stats', '/_v1/stats/web',
	'/_health', '?service=web', "Host: x\r\n", "Content-Length: 5\r\n", "Content-Length: 99999\r\n",
	(map { " HTTP/$_\r\n" } '1.1', '1.0', '2.0'), "Transfer-Encoding: chunked\r\n", "0\r\n\r\n",
	"Expect: 100-continue\r\n", "Expect: x\r\n", "Connection: close\r\n", "5\r\nhello\r\n", 'x' x 3000,
	"Connection: keep-alive\r\n", "\r\n", "\r\n\r\n", "\0", '%00', '%', ' ', "\n", 'hello');
my @requests = map { "$_\r\n\r\n" } 'GET /_v1/stats HTTP/1.1', 'GET /_health HTTP/1.1',
	'HEAD /_v1/stats HTTP/1.1', "POST /_health HTTP/1.1\r\nContent-Length: 0",
	"POST /_health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0";
sub pick { return $_[rand @_] }

my ($answers, $pages) = (0, 0);
my @open;
for (1 .. $ENV{HEDDLE_TURNS} // 300) {
	my $client = client($h->control);
	my $bytes = join '', map { rand() < 0.3 ? pick(@requests) : pick(@pieces) } 0 .. rand 10;
	my $size = pick(7, 40, 100_000);
	for my $packet (unpack "(a$size)*", $bytes) {
		$client->send($packet, 0.5) or last;
	}
	$client->shut if rand() < 0.3;
	$client->ready(0, 0.02);
	my $got = $client->rest(0.02) // '';
	$answers += () = $got =~ m{^HTTP/1}mg;
	if ($got =~ /<html/i) {
		$pages++;
		diag("$bytes\n->\n$got") if $pages == 1;
	}
	push @open, $client;
	(splice @open, rand @open, 1)->close if @open > 40;
}
is($pages, 0, 'no page of HTML') or diag("HEDDLE_SEED=$seed");
cmp_ok($answers, '>', 0, "$answers answers");
is($h->health, 200, 'others are served');
$_->close for @open;
$h->finish;
done_testing();
