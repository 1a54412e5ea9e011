# SPDX-License-Identifier: BSD-2-Clause
# heddle has a wildcard address, and another program has joined it with SO_REUSEPORT on one of
# the machine's: that one is not shared, though heddle's own sockets overlap it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::INET;
use Heddle::Test;
plan(skip_all => 'only Linux tells who listens') if $^O ne 'linux';

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = sub {
		return "services:\n  web: {listen: \"$_[0]:$port\", "
			. "backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->('0.0.0.0'));
	my $other = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port,
		ReuseAddr => 1, ReusePort => 1, Listen => 10);
	ok($other, 'another program shares the port') or diag($@);
	my ($code, $out) = $h->reload($yaml->('127.0.0.1'));
	is($code, 1, 'its address is refused');
	like($out, qr/bind 127\.0\.0\.1:$port: address in use \(pid $$, perl/, '... and it is named');
	is(($h->reload($yaml->('127.0.0.2')))[0], 0, 'another address is not');
	is(who("127.0.0.2:$port"), 'one', '... and serves');
	$other->close;
	is(($h->reload($yaml->('127.0.0.1')))[0], 0, 'once it is gone, its address can be had');
	is(many("127.0.0.1:$port", 4), 'one one one one', '... and serves');
	$h->finish;
});
