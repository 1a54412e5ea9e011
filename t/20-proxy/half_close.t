# SPDX-License-Identifier: BSD-2-Clause
# Each side may end its direction and still hears the other to the end.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $size = 300_000;
	my $count = backend('count', size => $size);
	my $closing = backend('closing', name => 'bye');
	my ($first, $second) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  count: {listen: "127.0.0.1:$first", backends: ["${\$count->address}"]}
  closing: {listen: "127.0.0.1:$second", backends: ["${\$closing->address}"]}
YAML
	for my $send (0, 1, 200_000) {
		my ($sha, $tail) = client($first)->exchange($send, $size);
		is($sha, Heddle::Client::pattern_sha1($size),
			"all came after $send bytes and the end");
		is($tail, "$send " . Heddle::Client::pattern_sha1($send) . "\n", '... all arrived');
	}
	my $c = client($second);
	is($c->ask('x'), 'bye x', 'the backend answers');
	is($c->ended, 'closed', '... and its end is passed on');
	$c->close;
	is_deeply([map { "$_->{ended_by} $_->{reason} $_->{bytes_to_backend}" } $h->access(4)],
		['client done 0', 'client done 1', 'client done 200000', 'backend done 2'],
		'who ended first, and how much');
	$h->finish;
});
