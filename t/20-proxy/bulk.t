# SPDX-License-Identifier: BSD-2-Clause
# Much, both ways at once, through one connection and through several.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $size = 64 << 20;
	my $sha = Heddle::Client::pattern_sha1($size);
	my $count = backend('count', size => $size);
	my $unix = backend('count', size => 1 << 20, address => "\@heddle-$$-bulk");
	my ($port, $other) = (free_port, free_port);
	my $h = heddle(<<"YAML");
services:
  tcp: {listen: "127.0.0.1:$port", backends: ["${\$count->address}"]}
  unix: {listen: "\@heddle-$$-in", backends: ["${\$unix->address}"]}
YAML
	my ($got, $tail) = client($port)->exchange($size, $size);
	is($got, $sha, '64 MB to the client');
	is($tail, "$size $sha\n", '64 MB to the backend');
	my ($line) = $h->access(1);
	is($line->{bytes_to_backend}, $size, 'bytes to the backend counted');
	is($line->{bytes_to_client}, $size + length $tail, 'bytes to the client counted');
	$sha = Heddle::Client::pattern_sha1(1 << 20);
	for (1 .. 3) {
		($got, $tail) = client("\@heddle-$$-in")->exchange(1 << 20, 1 << 20);
		is("$got $tail", "$sha " . (1 << 20) . " $sha\n", 'over unix sockets');
	}
	$h->finish(seconds => 20);
});
