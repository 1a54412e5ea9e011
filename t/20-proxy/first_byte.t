# SPDX-License-Identifier: BSD-2-Clause
# A client that speaks a little after it has connected is heard at once: not a turn, and not half a
# millisecond, later than when it speaks again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(sleep time);

on_each_event(sub {
	my $backend = backend('echo');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
access_log: none
services:
  s: {listen: "127.0.0.1:$port", backends: ["${\$backend->address}"]}
YAML
	for my $delay (0.0001, 0.0005, 0.001) {
		my @best = (1, 1);
		for (1 .. 200) {
			my $client = client($port);
			for my $best (@best) {
				sleep $delay;
				my $began = time;
				$client->send("x\n");
				$client->line;
				my $took = time - $began;
				$best = $took if $took < $best;
			}
			$client->close;
			last if $best[0] < $best[1] + 0.0003 && $best[1] < 0.0004;
		}
		cmp_ok($best[0], '<', $best[1] + 0.0003,
			sprintf 'the answer to a client that waits %.1f ms first', $delay * 1000);
	}
	$h->finish;
});
