# SPDX-License-Identifier: BSD-2-Clause
# A name with 1,000 addresses that changes every second under traffic: who stays loses nothing.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sinks sender);
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();

# 127.0.1.1 and 127.0.1.2 always; the others are new each time.
sub records {
	my ($turn) = @_;
	return join '', map { "routers 1 A $_\n" } '127.0.1.1', '127.0.1.2',
		map { sprintf '127.3.%d.%d', $turn % 7 * 10 + $_ / 250, 1 + $_ % 250 } 0 .. 997;
}

my @sinks = sinks(2);
my $knot = knot('site.test' => records(0));
my $port = free_port;
my $h = heddle(<<"YAML");
resolver: {servers: ["${\$knot->address}"], min_ttl: 1s}
fanouts:
  f: {listen: "127.0.0.1:$port", targets: ["routers.site.test:${\$sinks[0]->port}"], refresh: 1s}
YAML
my $sender = sender($port);
my $addresses = sub { ($h->stats // {})->{resolver}{names}{'routers.site.test refresh 1s'}{addresses} // [] };
ok(until_true(sub { @{ $addresses->() } == 1000 }, 10), '1,000 addresses');
for my $turn (1 .. 8) {
	$knot->zone('site.test', records($turn));
	my $wanted = sprintf '127.3.%d.1', $turn % 7 * 10;
	my $there = sub { $sender->numbered(4, 100, 50); grep { $_ eq $wanted } @{ $addresses->() } };
	ok(until_true($there, 10), "change $turn is in use");
}
is(scalar @{ $addresses->() }, 1000, '1,000 addresses are left');
my $sent = $sender->numbered(1);
for my $sink (@sinks) {
	is($sink->wait_count($sent), $sent, 'who stays has received all');
	is($sink->disorder(0), '', '  in order');
}
my $targets = sub { scalar keys %{ (($h->stats // {})->{fanouts}{f} // {})->{targets} // {} } };
ok($h->wait_for(sub { $targets->() == 1000 }, 10, '1,000'), 'nothing is left of those that went')
	or diag($targets->());
$h->finish;
done_testing();
