# SPDX-License-Identifier: BSD-2-Clause
# Targets by name: what comes before the first answer waits, in order and bounded; all addresses of
# a name are targets, and those of SRV records with their ports; the set follows the zone, and
# targets that stay keep their counters. DNS that fails changes nothing.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sinks sender);
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();
my $port = free_port;
my @sinks = sinks(4);
my $to = $sinks[0]->port;
my $a = sub { join '', map { "routers 1 A 127.0.1.$_\n" } @_ };
my $knot = knot('site.test' => $a->(1, 2));
$knot->pause;
my $h = heddle("resolver: {servers: [\"127.0.0.1:${\$knot->port}\"], timeout: 1s, min_ttl: 100ms}\n"
	. "fanouts: {f: {protocol: raw, listen: \"127.0.0.1:$port\", targets: [\"routers.site.test:$to\","
	. " \"${\$sinks[3]->address}\"], queue: 1m}}\n");
my $api = Heddle::Api->new($h->control);
my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
my $targets = sub { return join ' ', sort map { s/:$to$//r } keys %{ $f->()->{targets} // {} } };
my $become = sub {
	my ($list, $name) = @_;
	ok($h->wait_for(sub { $targets->() eq $list }, 15, "targets $list"), $name) or diag($targets->());
};
my $sender = sender($port);

$become->('127.0.1.4', 'it starts without an answer');
$sender->numbered(200);
is($sinks[3]->wait_count(200), 200, 'a literal target gets all at once');
ok($h->wait_for(sub { $f->()->{waiting} == 200 }, 5, 'waiting'), '... and they wait for the name');
$knot->resume;
$become->('127.0.1.1 127.0.1.2 127.0.1.4', 'the answer brings two targets');
$sender->numbered(100);
for (@sinks[0, 1]) {
	is($_->wait_count(300), 300, $_->address . ' gets what waited, too');
	is($_->disorder(0), '', '... in order');
}
is($sinks[3]->wait_count(300), 300, 'the literal one gets nothing twice');
ok($h->wait_for(sub { $f->()->{waiting} == 0 }, 5, '0'), 'nothing waits any more');

$knot->zone('site.test', $a->(2, 3));
$become->('127.0.1.2 127.0.1.3 127.0.1.4', 'another address set');
$sender->numbered(100);
is($sinks[$_]->wait_count($_ == 2 ? 100 : 400), $_ == 2 ? 100 : 400, "sink $_") for 1 .. 3;
is($sinks[0]->count, 300, 'the one that has gone gets no more');
ok($h->wait_for(sub { $f->()->{targets}{"127.0.1.2:$to"}{sent} == 400 }, 5, '400'),
	'one that stayed keeps its counter');

$knot->fail('site.test');
ok($h->wait_log(qr/Error resolving: routers\.site\.test/), 'DNS fails');
$sender->numbered(50);
is($sinks[2]->wait_count(150), 150, '... and the last answer is used');

my $other = sink("127.0.1.1:${\free_port}");
$knot->zone('site.test', $a->(2, 3) . "one 1 A 127.0.1.1\n_f._udp 1 SRV 0 0 ${\$other->port} one\n");
is($api->patch('fanouts/f', { targets => ['srv:_f._udp.site.test'] }), 200, 'SRV records');
ok($h->wait_for(sub { join(' ', keys %{ $f->()->{targets} }) eq $other->address }, 15, 'srv'),
	'... are targets with their ports');
$sender->send('by srv');
is($other->wait_for(sub { 1 }), 'by srv', '... and get datagrams');

is($api->patch('fanouts/f', { targets => ['none.site.test:1', 'srv:_none._udp.site.test'],
	queue => '64k' }), 200, 'names that are not there');
ok($h->wait_for(sub { !%{ $f->()->{targets} } && !$f->()->{waiting} }, 15, 'no target'),
	'... are no targets');
ok($h->wait_for(sub { $sender->send('x'); $f->()->{dropped}{no_target} > 0 }, 5, 'no_target'),
	'... and datagrams are dropped, not kept');

$knot->stop;
is($api->put('fanouts/f', { listen => "127.0.0.1:$port", protocol => 'raw', queue => '64k',
	targets => ['later.site.test:1'] }), 200, 'a name that nobody answers for');
$sender->numbered(1000, 1000, 5000);
my $now;
ok($h->wait_for(sub { $now = $f->(); $now->{dropped}{queue} + $now->{waiting} >= 1000 }, 10, '1,000'),
	'of a flood each is kept, or counted');
cmp_ok($now->{waiting}, '>', 0, 'some wait');
cmp_ok($now->{waiting}, '<', 64, '... not many');
$h->finish;
done_testing();
