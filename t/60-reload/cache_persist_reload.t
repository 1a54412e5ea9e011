# SPDX-License-Identifier: BSD-2-Clause
# `persist` of a cache is added, changed and removed by reloads, workers die meanwhile, and the end
# comes by TERM, INT or QUIT: nothing that was set before the stop is lost, and no file that a reload
# has not read is written over.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Persist;

time_limit(240);
my $p = Heddle::Persist->new;
sub reload { my ($h, %o) = @_; my ($code, $out) = $h->reload($p->yaml(%o)); diag($out) if $code; return $code == 0 }

my $h = $p->begin(file => '', interval => '1h');
ok($p->set('a', 'va'), 'without persist: an item');
ok(reload($h, file => 'one', interval => '1h'), 'persist is added');
ok($p->written_since('', 'one'), '... the file is written at once');
ok($p->set('b', 'vb'), '... an item');
my $before = $p->version('one');
ok(reload($h, file => 'one'), '... the interval is shorter');
ok($p->written_since($before, 'one'), '... at once, too');

Heddle::write_file($p->file('two'), "somebody's\n");
chmod 0666, $p->file('two');
my $one = Heddle::read_file($p->file('one'));
ok(reload($h, file => 'two', interval => '1h'), 'another path, where something lies');
ok($h->wait_log(qr/error resolver\S+ cache hosts: (\S+two) was there, and is not read by a reload; it is kept as \1\.before/), '... told');
is(Heddle::read_file($p->file('two.before')), "somebody's\n", '... and kept');
ok($p->written_since('', 'two'), '... the new file is written at once');
is(Heddle::read_file($p->file('one')), $one, '... the one before is not touched');
ok($p->set('c', 'vc'), '... an item');
is($h->stop, 0, '... TERM');
$h = $p->begin(file => 'two');
is($p->get($_)->[0], "v$_", "... $_ is there") for qw(a b c);

# A writer that is under way when the path changes is not needed any more.
my $resolver = $p->resolver;
my $two = Heddle::read_file($p->file('two'));
my $lock = $p->lock('two');
ok($p->set('d', 'vd'), 'a writer is under way');
my $writer = $p->writer($resolver);
ok(reload($h, file => 'three'), '... another path');
ok($p->written_since('', 'three'), '... is written');
ok(until_true(sub { !kill 0, $writer }, 10), '... the writer is gone');
ok(until_true(sub { !Heddle::Persist::children_of($resolver) }, 10), '... without a zombie');
undef $lock;
is(Heddle::read_file($p->file('two')), $two, '... the other file is as it was');

ok(reload($h, file => ''), 'persist is removed');
ok($p->set('e', 've'), '... an item');
my $three = $p->version('three');
is($h->stop, 0, '... TERM');
is($p->version('three'), $three, '... the file is as it was');
$h = $p->begin(file => 'three');
is($p->get('d')->[0], 'vd', '... with what was set until then');
is($p->get('e'), '', '... and no more');

# A removed cache writes nothing, and is gone without a zombie while a writer is under way.
$resolver = $p->resolver;
$lock = $p->lock('three');
ok($p->set('f', 'vf'), 'a writer is under way');
$writer = $p->writer($resolver);
my ($code, $said) = $h->reload('services: {}');
is($code, 0, '... the cache is removed');
like($said, qr/^caches\.hosts: removed$/m, '... which is said');
ok(until_true(sub { !kill(0, $writer) && !Heddle::Persist::children_of($resolver) }, 10), '... no process is left');
undef $lock;
ok(reload($h, file => 'three'), '... and comes again');
is($p->get('d')->[0], 'vd', '... from the file');
is($h->stop, 0, '... TERM');

# Workers die, and the end comes in each way; the interval alone would be too late.
for my $signal (qw(TERM INT QUIT)) {
	$h = $p->begin(file => 'four', interval => '1h', heddle => { workers => 2 });
	ok($p->set("$signal.first", 'v1'), "$signal: an item");
	my ($worker) = $h->worker_pids;
	$h->kill_worker($worker);
	my $kept = 0;
	for my $turn (1 .. 100) {
		$kept = $turn if $p->set("$signal.$turn", "v$turn");
		last if $kept > 20 && !grep { $_ == $worker } $h->worker_pids;
	}
	cmp_ok($kept, '>', 0, '... others while a worker dies');
	$h->signal($signal);
	is($h->ended(15), 0, '... it ends');
	$h = $p->begin(file => 'four');
	is($p->get("$signal.$kept")->[0], "v$kept", '... all are there');
	is($p->get("$signal.first")->[0], 'v1', '... the first one, too');
	is($h->stop, 0, '... it stops');
}

# A client that was there before QUIT sets an item while heddle drains.
$h = $p->begin(file => 'drained', interval => '1h');
ok($p->set('x', 'vx') && $p->written_since('', 'drained'), 'QUIT: the file is written');
my $client = client($p->port);
my $held = $h->wait_for(sub { ($h->stats->{services}{c}{sessions_active} // 0) >= 1 }, 10, 'the session');
ok($held, '... a client is connected');
$h->quit;
ok($h->wait_log(qr/draining/), '... it drains');
$client->send($p->request('update', [key => 'late', size => 5], 'vlate'));
like($client->rest(10), qr/status\x02\x00ok/, '... and the client sets an item');
is($h->ended(15), 0, '... it ends');
$h = $p->begin(file => 'drained');
is($p->get('late')->[0], 'vlate', '... the item is there');
is($h->stop, 0, '... it stops');

# Several caches, each with its file: none is written late or not at all.
my @more = map { "m$_" } 1 .. 4;
my $others = join '', map { "  $_: {persist: ${\$p->file($_)}, persist_interval: 1h}\n" } @more;
$h = $p->begin(file => 'five', caches => $others);
my $api = Heddle::Api->new($h->control);
like($api->put("caches/$_/k", { value => '127.0.0.1:9', expires => '1h' }), qr/^20/, "an item of $_") for @more;
ok($p->set('k', 'vk'), 'an item of another cache');
is($h->stop, 0, '... TERM');
$h = $p->begin(file => 'five', caches => $others);
for my $name (@more, 'hosts') {
	ok(until_true(sub { $h->stats->{caches}{$name}{items} == 1 }, 10), "... $name has its own");
}
$h->finish;
done_testing();
