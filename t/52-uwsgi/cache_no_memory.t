# SPDX-License-Identifier: BSD-2-Clause
# max_memory is more than there is: the shared memory is full before the cache. An item is refused
# and told with the reason; what is there stays, and when some of it goes others have room.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;

plan(skip_all => 'built with sanitizers, which need all address space') if Heddle::sanitized();
plan(skip_all => 'no limit of address space here') if qx(sh -c 'ulimit -v 1000000 && ulimit -v') !~ /^1000000$/m;
time_limit(600);
my $p = Heddle::Persist->new;
my $h = $p->begin(file => '', top => 'worker_sessions: 1000', cache => ['max_memory: 8g'], heddle => { wrapper => ['/bin/sh', '-c', 'ulimit -v 1000000; exec "$@"', 'sh'] });
my $value = 'v' x 14000;
my $count = 0;
$count++ while $count < 50000 && $p->set("k$count", $value);
cmp_ok($count, '>', 100, 'items are set');
cmp_ok($count, '<', 50000, '... until there is no memory');
ok($h->wait_log(qr/warn resolver\S+ cache hosts: no shared memory is left: an item is not added$/m), '... which is told');
unlike($h->log, qr/is full/, '... and no limit that is not reached');
is($p->get('k0')->[0], $value, '... what is there stays');
is($p->get("k$count"), '', '... the one that was refused is not there');
ok(until_true(sub { $h->stats->{caches}{hosts}{refused} >= 1 }, 10), '... and counted');
ok($p->del("k$_"), "... k$_ is removed") for 1 .. 4;
ok($p->set('new', $value), '... and another one has room');
$h->finish;
done_testing();
