# SPDX-License-Identifier: BSD-2-Clause
# A router that DNS adds knows every instance within a second, and not with the next round of
# announcements: nobody announces anything in this test but once, at its beginning.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sinks sender);
use Heddle::Knot qw(knot knot_missing);
use Heddle::Subscription qw(announcement withdrawal);
use Time::HiRes qw(time);

plan(skip_all => knot_missing()) if knot_missing();
use constant INSTANCES => 1000;

my $port = free_port;
my @routers = sinks(3);
my $to = $routers[0]->port;
my $records = sub { join '', map { "routers 1 A 127.0.1.$_\n" } @_ };
my $knot = knot('site.test' => $records->(1, 2));
my $h = heddle("resolver: {servers: [\"127.0.0.1:${\$knot->port}\"], min_ttl: 100ms}\n"
	. "fanouts: {f: {listen: \"127.0.0.1:$port\", targets: [\"routers.site.test:$to\"],"
	. " tolerance: 10m}}\n");
ok($h->wait_for(sub { keys %{ ($h->stats // {})->{fanouts}{f}{targets} // {} } == 2 }, 10, 'two targets'),
	'the name is resolved');
my $sender = sender($port);
my %all = map { $_ => announcement('www.example.com', "10.0.$_:3031") } 1 .. INSTANCES;
for (sort { $a <=> $b } keys %all) {
	$sender->send($all{$_});
	$routers[0]->wait_count($_) if $_ % 200 == 0;
}
is($_->wait_count(INSTANCES), INSTANCES, 'the routers that are there are sent all') for @routers[0, 1];
$sender->send(withdrawal('www.example.com', '10.0.5:3031'));
delete $all{5};
is($_->wait_count(INSTANCES + 1), INSTANCES + 1, 'one is withdrawn') for @routers[0, 1];

$knot->zone('site.test', $records->(1, 2, 3));
ok($h->wait_for(sub { $routers[2]->count > 0 }, 15, 'a third router'), 'DNS adds a router');
my $since = time;
is($routers[2]->wait_count(INSTANCES - 1), INSTANCES - 1, '... which is sent all but the withdrawn one');
# 200 ms at 5,000 a second; a machine that does other work takes longer
cmp_ok(time - $since, '<', in_time(5), '... at once');
is(join('', sort $routers[2]->got), join('', sort values %all), '... as they were announced');
is($_->count, INSTANCES + 1, 'the others are sent nothing again') for @routers[0, 1];

my $api = Heddle::Api->new($h->control);
$_->forget for @routers;
is($api->call('POST', 'fanouts/f/replay', { target => "127.0.1.2:$to" }), 202, 'a replay to an address of the name');
is($routers[1]->wait_count(INSTANCES - 1), INSTANCES - 1, '... which is sent all');
is($_->count, 0, '... and no other one') for @routers[0, 2];
$routers[1]->forget;
is($api->call('POST', 'fanouts/f/replay', { target => "routers.site.test:$to" }), 202, 'a replay to the name');
is($_->wait_count(INSTANCES - 1), INSTANCES - 1, '... whose addresses are sent all') for @routers;
is($api->call('POST', 'fanouts/f/replay', { target => "127.0.1.4:$to" }), 404, 'no address of it');
$h->finish;
done_testing;
