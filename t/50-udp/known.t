# SPDX-License-Identifier: BSD-2-Clause
# A target that is new, or that comes back, is sent every instance that a fan-out knows: the last
# announcement of each, as it came, and none that was withdrawn. They outlive the resolver process.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Heddle::Subscription qw(announcement withdrawal);

use constant INSTANCES => 300;

my ($port, $dead) = (free_port, free_port);
my ($one, $two, $three) = map { sink() } 1 .. 3;

sub config {
	my ($options, @targets) = @_;
	my $targets = join ', ', map { '"' . (ref $_ ? $_->address : "127.0.0.1:$_") . '"' } @targets;
	$options ||= 'tolerance: 10m';
	return "fanouts: {f: {listen: \"127.0.0.1:$port\", targets: [$targets], $options}}\n";
}

my $h = heddle(config('', $one));
my $udp = sender($port);
my %latest = map { $_ => announcement('www.example.com', "10.0.0.$_:3031") } 1 .. INSTANCES;
my $fanout = sub { return ($h->stats // {})->{fanouts}{f} // {} };
my $known = sub {
	my ($count) = @_;
	return $h->wait_for(sub { ($fanout->()->{known} // -1) == $count }, 5, "known $count");
};
my $same = sub {
	my ($sink, $text) = @_;
	$sink->wait_count(scalar keys %latest);
	is(join('', sort $sink->got), join('', sort values %latest), $text);
	$sink->forget;
};

$udp->send($latest{$_}) for sort keys %latest;
$udp->send('something else');
is($one->wait_count(INSTANCES + 1), INSTANCES + 1, 'all is passed on');
ok($known->(INSTANCES), 'the instances are known');
$one->forget;

$latest{7} = announcement('www.example.com', '10.0.0.7:3031', weight => 9);
$udp->send($latest{7});
$udp->send(withdrawal('www.example.com', '10.0.0.8:3031'));
delete $latest{8};
is($one->wait_count(2), 2, 'a change and a withdrawal are passed on');
ok($known->(INSTANCES - 1), 'who is withdrawn is forgotten');
$one->forget;

is(($h->reload(config('', $one, $two)))[0], 0, 'a second target');
$same->($two, '... is sent all that are known, each as it was last announced');

is(($h->reload(config('', $one, $two, $dead)))[0], 0, 'a third, which refuses');
ok($h->wait_for(sub {
	$udp->send('x');
	($fanout->()->{targets}{"127.0.0.1:$dead"}{status} // '') eq 'down';
}, 10, 'down'), '... and is down');
my $back = sink("127.0.0.1:$dead");
# on a busy machine it may seem to be back for a moment, and then be sent some of them twice
my $distinct = sub {
	my %once = map { $_ => 1 } grep { length > 1 } $back->got;
	return join '', sort keys %once;
};
my $all = join '', sort values %latest;
ok($h->wait_for(sub { $udp->send('x'); $distinct->() eq $all }, 10, 'back'),
	'it is back, and is sent all that are known');

# what was sent to see that is all there
$udp->send('the last');
is($_->wait_for(sub { $_[0] eq 'the last' }), 'the last', 'it is sent what comes') for $one, $two, $back;

my ($resolver) = $h->processes('resolver');
$_->forget for $one, $two, $back;
kill 'KILL', $resolver->{pid};
ok($h->wait_for(sub {
	my ($now) = $h->processes('resolver');
	$now && $now->{pid} != $resolver->{pid} && $now->{status} eq 'serving';
}, 10, 'another resolver'), 'the resolver process is killed, and there is another one');
$same->($_, '... which knows them all, and says so to its targets') for $one, $two;
ok($known->(scalar keys %latest), '... and in the statistics');

is(($h->reload(config('tolerance: 100ms', $one)))[0], 0, 'another tolerance');
ok($known->(0), 'who does not announce itself again is forgotten');
is(($h->reload(config('', $one, $three)))[0], 0, 'a new target');
$udp->send($latest{1});
is($three->wait_count(1), 1, '... is sent what comes');
is($three->count, 1, '... and nothing else');
is($one->count, 1, 'nor is one that was there');

$h->finish(alerts => 1);	# the killed resolver is one
done_testing;
