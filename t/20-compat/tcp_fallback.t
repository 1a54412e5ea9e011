# SPDX-License-Identifier: BSD-2-Clause
# tcp_fallback's behaviour: the first that works, for the very client that finds one dead; back as
# soon as a probe succeeds; sessions stay where they are. In the words that people grep for.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

my ($one, $two) = backends('one', 'two');
my $port = free_port();
my $p = old_program('tcp_fallback', '-timeout=5s', '-probe-delay=200ms', '-stats=300ms',
	"127.0.0.1:$port", $one->address, $two->address);
ok($p->wait_listening($port), 'it listens');
is(many($port, 4), 'one one one one', 'the first gets everything');

my $held = client($port);
is($held->ask('a'), 'one a', 'a session on the first');
$one->stop;
is($held->ended, 'closed', 'it ends with its backend');
is(who($port), 'two', 'the client that finds the first dead is served by the second');
my $stamp = qr{^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d }m;
my $address = quotemeta $one->address;
ok($p->wait_log(qr/${stamp}Failed to connect to backend $address: .*refused/m), 'that is logged');
is(many($port, 3), 'two two two', 'the dead one is not asked again');
ok($p->wait_log(qr/${stamp}STATS: <$address> failed=true \(downtime=\S+\) requests=/m), 'STATS');

my $stays = client($port);
is($stays->ask('b'), 'two b', 'a session on the second');
$one->start;
ok($p->wait_log(qr/${stamp}Backend is back $address, downtime: \d\S*s$/m), 'it comes back');
is(many($port, 3), 'one one one', 'new clients go there at once');
is($stays->ask('c'), 'two c', 'the session on the second stays');
ok($p->wait_log(qr/STATS: <$address> failed=false .* bytes=\d+ errors=\d+ last=/), 'STATS again');

$_->stop for $one, $two;
my $refused = client($port);
is($refused->ask('d') // 'closed', 'closed', 'with all dead a client is closed');
ok($p->wait_log(qr/${stamp}Failed to connect to any backend/m), 'and that is logged');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');
done_testing();
