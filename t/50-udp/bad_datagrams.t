# SPDX-License-Identifier: BSD-2-Clause
# What no sane sender sends: empty datagrams, the longest there are, subscriptions with wrong
# lengths; and targets that are heddle itself. All of it is passed on, in order, and once.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sinks sender);

sub pair { my ($key, $value) = @_; return pack 'v/a* v/a*', $key, $value }
sub subscription {
	my ($body, %o) = @_;
	return pack('C v C', $o{modifier} // 224, $o{length} // length $body, $o{command} // 0) . $body;
}

my $body = pair('key', 'one.test') . pair('address', '127.0.0.1:3031') . pair('cores', '1');
my @bad = (
	'', "\0", "\xe0", "\xe0\0\0", "\xe0\0\0\0", 'x' x 65507, "\xe0" x 65507,
	subscription($body, length => length($body) + 1), subscription($body, length => 65535),
	subscription($body, length => length($body) - 3), subscription('', length => 4),
	subscription(pack('v', 65535) . 'key'), subscription(pair('key', '') . pair('address', 'x')),
	subscription(pack('v/a*', 'key') . pack('v', 4000) . 'x'), subscription("\0\0"),
	subscription(pair('key', 'no.address')), subscription(pair('address', '127.0.0.1:1')),
	subscription(pair('key', 'a' x 60000) . pair('address', '127.0.0.1:1')),
	subscription($body, modifier => 223), subscription($body, command => 200),
	subscription(pair('key', "\0\xff\n") . pair('address', "\0" x 300)),
	subscription($body x 200),
);

on_each_event(sub {
	my @sinks = sinks(2);
	my $port = free_port;
	my $h = heddle(<<"YAML");
fanouts:
  f: {listen: "127.0.0.1:$port", targets: [${\addresses(@sinks)}]}
YAML
	my ($sender, $sent) = (sender($port), 0);
	for my $turn (1 .. 3) {
		for my $bytes (@bad, reverse @bad) {
			# one by one: a burst of the longest would be more than a socket may hold
			$sender->send($bytes) // die "send: $!";
			$sent++;
			$_->wait_count($sent, 5) for @sinks;
		}
	}
	my @all = (@bad, reverse @bad) x 3;
	for my $sink (@sinks) {
		is($sink->wait_count(scalar @all), scalar @all, 'each datagram arrives once');
		my @got = $sink->got;
		my @wrong = grep { $got[$_] ne $all[$_] } 0 .. $#all;
		is("@wrong", '', '  in order, byte for byte');
	}
	my $f;
	ok(until_true(sub { $f = $h->stats->{fanouts}{f}; $f->{received} == @all }, 5), 'all are counted');
	is($f->{targets}{ $_->address }{sent}, scalar @all, '  for each target') for @sinks;
	$h->finish;
});
