# SPDX-License-Identifier: BSD-2-Clause
# Clients of the control socket that are many, slow or silent.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

need_descriptors(1200);
my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(qq(services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n));

my $request = "GET /_health/live HTTP/1.1\r\nHost: x\r\n\r\n";
my @many = grep { defined } map { client($h->control) } 1 .. 1024;
is(scalar @many, 1024, 'as many connections as there may be');
my $late = client($h->control);
$late->send($request);
is($late->ready(0, 0.3), 0, 'one more has to wait');
is(who($port), 'one', 'traffic does not');
$_->close for splice @many, 0, 200;
is($late->ready(0, 5), 1, '... until others have gone');
$_->close for $late, @many;

my $slow = client($h->control);
my ($ended, $sent, $started) = (0, 0, time);
while (!$ended && time - $started < 30) {
	$ended = !$slow->send(substr "GET / HTTP/1.1\r\nX: " . 'y' x 1000, $sent++, 1);
	$ended ||= $slow->ready(0, 0.2);
}
ok($ended, 'a request of a byte at a time is ended');
is($h->health, 200, 'everybody else is served');
$h->finish;
done_testing();
