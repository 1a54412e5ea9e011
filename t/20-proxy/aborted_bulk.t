# SPDX-License-Identifier: BSD-2-Clause
# Bulk transfers cut off in the middle: nobody else hears a byte of theirs.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $size = 4 << 20;
	my $sha = Heddle::Client::pattern_sha1($size);
	my ($count, $zeros) = (backend('count', size => $size), backend('stuck'));
	my ($good, $bad) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  good: {listen: "127.0.0.1:$good", backends: ["${\$count->address}"]}
  bad: {listen: "127.0.0.1:$bad", backends: ["${\$zeros->address}"]}
YAML
	for my $turn (1 .. 5) {
		# Full pipes and buffers, both ways; then the client, or the backend, is gone.
		my @down = map { client($good, receive_buffer => 8192) } 1 .. 6;
		my @up = map { client($bad) } 1 .. 6;
		$_->send("\0" x (8 << 20), 0.05) for @up;
		ok($h->wait_for(sub { $h->counter('pipes') || $h->counter('buffer_bytes') }, 5,
			'bytes to be kept'), "turn $turn: bytes are kept");
		$_->reset for @down[0 .. 2], $turn % 2 ? @up : ();
		$zeros->stop->start;
		my ($got, $tail) = client($good)->exchange($size, $size);
		is("$got $tail", "$sha $size $sha\n", '... nobody else gets any of them');
	}
	$h->wait_for(sub { $h->settled eq '' }, 10, 'all to end');
	ok($h->wait_for(sub { $h->counter('buffer_bytes') == 0 }, 5, 'buffers to be given back'),
		'no buffer is left');
	$h->finish;
});
