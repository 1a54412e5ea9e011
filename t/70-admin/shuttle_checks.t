# SPDX-License-Identifier: BSD-2-Clause
# Checks and balancing as shuttle's clients set them: strict order with weights over all workers,
# a first check one interval after a backend was added, rise and fall that work.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;
use Time::HiRes qw(time);

my ($one, $two, $three) = backends(qw(one two three));
my ($port, $other, $none) = (free_port, free_port, free_port);
my $h = heddle("services: {}\nadmin: {shuttle: v0.1}\n", workers => 4);
my $s = Heddle::Shuttle->new($h->control);
my $weight = 0;
$s->put('/web', { address => "127.0.0.1:$port", backends => [
	map { { name => $_->name, address => $_->address, weight => ++$weight } } $one, $two, $three ] });
is(many($port, 9), 'one two two three three three one two two',
	'as many in a row as the weight says, whatever worker accepts');
is($s->document('/web')->{connections}, 9, '  counted');

ok($h->wait_for(sub { $h->settled eq '' }, 10, 'the sessions to end'), '  all ended');
$s->put('/web', { balance => 'LC', backends => [
	map { { name => $_->name, address => $_->address } } $one, $two ] });
my @held = one_each($port, 6);
is_deeply([map { $s->document("/web/$_")->{active} } 'one', 'two'], [3, 3],
	'LC counts what other workers have just opened');
$_->close for @held;

# Refused while it is up: the next backend at once. None: the end, without data.
my $refusing = backend('refusing');
$s->put('/other', { address => "127.0.0.1:$other", connect_timeout => 800, backends => [
	{ name => 'dead', address => $refusing->address }, { name => 'one', address => $one->address } ] });
is(many($other, 2), 'one one', 'a backend that refuses is passed over');
cmp_ok($s->document('/other/dead')->{errors}, '>=', 1, '  and counted');
is($s->document('/other/dead')->{up}, JSON::PP::true, '  without check_address it stays up');
$s->put('/none', { address => "127.0.0.1:$none" });
my $client = client($none);
is($client->rest, '', 'without backends a client is closed without data');

# Checks.
my $checked = backend('named', name => 'checked');
$checked->stop;
my $added = time;
is($s->put('/web', { check_interval => 1500, backends => [ { name => 'c',
	address => $checked->address, check_address => $checked->address } ] }), 200, 'a check');
sub c { return $s->document('/web/c') }
is_deeply([@{ c() }{qw(up check_success check_fail)}], [JSON::PP::true, 0, 0], 'up, not checked yet');
my $seen;
ok(until_true(sub { $seen = c(); $seen->{check_fail} >= 1 }, 10), 'the first check fails');
cmp_ok(time - $added, '>', 1.2, '  not before an interval');
is($seen->{up}, $seen->{check_fail} < 2 ? JSON::PP::true : JSON::PP::false, '  and fall is 2: it is up');
ok(until_true(sub { c()->{check_fail} >= 2 }, 10), 'the second one fails');
cmp_ok(time - $added, '>', 2.6, '  an interval later');
ok(until_true(sub { !c()->{up} }, 10), '  and takes it down');
is(client($port)->rest, '', 'the only one neither is used when it is down');
$checked->start;
ok(until_true(sub { c()->{check_success} >= 1 }, 10), 'a check passes');
ok(until_true(sub { c()->{up} && c()->{check_success} >= 2 }, 10), 'two bring it up');
is(who($port), 'checked', '  and it is used');

is($s->put('/web', { check_interval => 100 }), 200, 'another interval');
my $before = c()->{check_success};
ok(until_true(sub { c()->{check_success} >= $before + 5 }, 10), '  holds for a backend that is there');
is($s->config('web')->{check_interval}, 100, '  and is given back');
$h->finish;
done_testing();
