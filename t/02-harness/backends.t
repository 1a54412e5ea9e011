# SPDX-License-Identifier: BSD-2-Clause
# The harness does what it says: each kind of backend, clients, load, nothing left behind.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';

my $folder = File::Temp->newdir;
my $named = backend('named', name => 'one');
is(who($named->address), 'one', 'named tells its name');
is(many($named->port, 3), 'one one one', 'again and again');

for my $address ("unix:$folder/b.sock", "\@heddle-test-$$", second_loopback . ':' . free_port) {
	my $b = backend('named', name => 'there', address => $address);
	is(who($address), 'there', "named on $address");
}

my $greeting = backend('greeting', name => 'hello');
my $c = client($greeting->port);
is($c->line, 'hello', 'greeting speaks first');
undef $greeting;
is($c->ended, 'closed', '... and is gone with its object');

my $echo = backend('echo');
$c = client($echo->port);
$c->send('12345');
is($c->bytes(5), '12345', 'echo');
$c->shut;
is($c->ended, 'closed', 'echo closes after the client');

my $count = backend('count', size => 3_000_000);
my ($sha, $tail) = client($count->port)->exchange(2_000_000, 3_000_000);
is($sha, Heddle::Client::pattern_sha1(3_000_000), 'count sends its pattern');
is($tail, '2000000 ' . Heddle::Client::pattern_sha1(2_000_000) . "\n", '... and says what it got');

my $silent = backend('silent');
$c = client($silent->port);
is($c->ask('?', 0.1), undef, 'silent says nothing');
ok($c->is_open, '... and stays');
my $slow = backend('slow', name => 's', delay => 0.1);
is(who($slow->port), 's', 'slow answers');
my $resetting = backend('resetting', after => 3);
$c = client($resetting->port);
$c->send('123');
is($c->ended, 'reset', 'resetting resets');
my $closing = backend('closing', name => 'c');
$c = client($closing->port);
is($c->ask('x'), 'c x', 'closing answers');
is($c->ended, 'closed', '... and closes');

my $refusing = backend('refusing');
ok(!client($refusing->port), 'refusing refuses');
my $hole = backend('blackhole');
ok(!client($hole->port, timeout => 0.2), 'nobody connects to the black hole');
$named->stop;
ok(!client($named->port), 'stopped');
$named->start;
is(who($named->port), 'one', 'and started on the same address');

my $load = load($named->port, connections => 4);
ok($load->wait_for(200), 'load runs');
my $result = $load->stop;
cmp_ok($result->{ok}, '>=', 200, 'load counts');
is(Heddle::Load::failed($result), 0, 'none failed') or diag(explain($result));
is_deeply([keys %{ $result->{names} }], ['one'], 'names who answered');
$result = load($named->port, limit => 100, requests => 5)->stop(1);
cmp_ok($result->{ok}, '>=', 100, 'load with a limit');
$result = load($refusing->port, limit => 1);
is(Heddle::Load::failed($result->stop) > 0, 1, 'refused ones are counted');
done_testing();
