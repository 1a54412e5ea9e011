# SPDX-License-Identifier: BSD-2-Clause
# An answer that comes while the client still speaks arrives whole, though the backend closes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $closing = backend('closing', name => 'early');
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$closing->address}"]}
YAML
	for my $size (100, 100_000, 3_000_000) {
		my @clients = map { client($port) } 1 .. 10;
		$_->send("request\n" . 'x' x $size, 1) for @clients;
		my @answers = map { $_->line // $_->error } @clients;
		is_deeply(\@answers, [('early request') x 10], "while $size bytes are under way");
	}
	$h->finish(seconds => 40);
});
