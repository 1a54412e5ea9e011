# SPDX-License-Identifier: BSD-2-Clause
# What a start makes of the file of a cache: one that cannot be used is kept, the first one too;
# items that have no room are told with the directive that is too small; items end when they would
# have ended; and a resolver process that is killed while it reads, or afterwards, spoils nothing.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Time::HiRes qw(time);

time_limit(240);
my $p = Heddle::Persist->new;
my $path = $p->file;
my $h = $p->begin;
ok($p->set("k$_", "v$_"), "item $_") for 1 .. 20;
is($h->stop, 0, '... it stops');
my $good = Heddle::read_file($path);
sub put_file { my ($text) = @_; unlink $path; Heddle::write_file($path, $text); chmod 0666, $path }
# How many items there are, once there are `wanted`.
sub begin_and_stop {
	my ($wanted, @options) = @_;
	$h = $p->begin(@options);
	my $items;
	until_true(sub { $p->get('none'); ($items = $h->stats->{caches}{hosts}{items}) == $wanted }, 10);
	$h->stop;
	return $items;
}

# Damaged ones: each is kept.
for my $turn (0 .. 11) {
	put_file("damage $turn\n");
	is(begin_and_stop(0), 0, "damage $turn: no items");
	my $number = $turn == 0 ? '' : $turn < 10 ? ".$turn" : '.9';
	like($h->log, qr/error resolver\S+ cache hosts: \Q$path\E is damaged: its items are not used; it is kept as \Q$path\E\.damaged\Q$number\E@{[$turn < 10 ? '$' : ', in the place of the last of ten$']}/m, '... told');
	is(Heddle::read_file("$path.damaged$number"), "damage $turn\n", '... kept');
}
is(Heddle::read_file("$path.damaged"), "damage 0\n", 'the first one is still there');
unlink glob "$path.damaged*";

# One byte differs, in an item: nothing of it is used, as an address may be another one now.
put_file($good =~ s/v20/v21/r);
is(begin_and_stop(0), 0, 'one byte differs: no item is used');
put_file($good . 'x');
is(begin_and_stop(0), 0, 'a byte too many: likewise');
unlink glob "$path.damaged*";

# That of another cache is taken: it has no name in it.
put_file($good);
is(begin_and_stop(20), 20, 'a file that was copied is used');

# It cannot be read.
SKIP: {
	skip('needs root, and nobody', 4) if $> != 0 || !getpwnam('nobody');
	chmod 0600, $path;
	chown 0, 0, $path;
	$h = $p->begin;
	ok($h->wait_log(qr/error resolver\S+ cache hosts: \Q$path\E cannot be read: Permission denied: its items are not used; it is kept as \Q$path\E\.damaged$/m), 'not readable: told');
	is(Heddle::read_file("$path.damaged"), $good, '... kept');
	ok($p->set('new', 'vnew'), '... an item');
	$h->stop;
	$h = $p->begin;
	is($p->get('new')->[0], 'vnew', '... is in a new file');
	$h->stop;
}
unlink glob "$path.damaged*";

# What is there, and cannot be kept, is not written over.
my $long = 'x' x 249;
Heddle::write_file($p->file($long), 'damage');
chmod 0666, $p->file($long);
$h = $p->begin(file => $long);
ok($h->wait_log(qr/xx is damaged: its items are not used; it cannot be kept under another name \(File name too long\), and so no items are written there/), 'a damaged file that cannot be kept: told');
ok($p->set('a', 'va'), '... an item');
my ($resolver) = $p->resolver;
kill 'KILL', $resolver;
ok($p->next_resolver($resolver), '... another resolver process');
is($p->get('a')->[0], 'va', '... has the item');
$h->stop;
is(Heddle::read_file($p->file($long)), 'damage', '... the file is as it was');

# No regular file.
system('mkfifo', $p->file('pipe')) == 0 or die 'mkfifo';
my ($code, $out) = do { $h->configure($p->yaml(file => 'pipe')); $h->command('-t') };
is($code, 1, 'a pipe is refused');
like($out, qr/caches\.hosts\.persist: \S+pipe is no regular file/, '... and told');

# No room any more. Entries have theirs.
put_file($good);
my $entries = 'entries: {e1.test: "127.0.0.1:9", e2.test: "127.0.0.1:9"}';
is(begin_and_stop(8, cache => ['max_items: 8', $entries]), 8, 'max_items is lower now: as many as have room');
is(scalar(() = $h->log =~ /cache hosts: .*dropped/g), 1, '... one line');
like($h->log, qr/error resolver\S+ cache hosts: \Q$path\E: 14 of its 20 items are dropped: max_items is too small for them/, '... has the numbers and the directive');
unlike($h->log, qr/no room for the entry|is full/, '... entries have room');
is(begin_and_stop(20), 20, '... nothing was set since: the file has all still');
$h = $p->begin(cache => ['max_items: 100']);
ok($p->set("big$_", 'v' x 10000), "a large item, $_") for 1 .. 12;
$h->stop;
$h = $p->begin(cache => ['max_memory: 64k']);
$h->stop;
like($h->log, qr/error resolver\S+ cache hosts: \Q$path\E: \d+ of its 32 items are dropped: max_memory is too small for them/, 'max_memory is lower now: told');

# Items end when they would have.
unlink $path;
$h = $p->begin;
my $set = time;
ok($p->set('short', 'vshort', expires => 4) && $p->set('long', 'vlong', expires => 1000) && $p->set('ever', 'vever'), 'items with an end, and without');
my $ends = $p->get('long')->[1];
my $short = $p->get('short')->[1];
is($h->stop, 0, '... a restart');
$h = $p->begin;
my $now = $p->get('short');
my $read = time;
ok($now eq '' ? $read - $set > 3 : $now->[1] eq $short, '... the end is the same');
is($p->get('long')->[1], $ends, '... that of another one, too');
ok(until_true(sub { $p->get('short') eq '' }, 20), '... it ends');
cmp_ok(time - ($read > $set + 4 ? $read : $set + 4), '<', in_time(2), '... when it should');
is_deeply($p->get('ever'), ['vever', undef], '... one without an end stays');
is($h->stop, 0, '... another restart');
$h = $p->begin;
is_deeply($p->get('ever'), ['vever', undef], '... also then');
is($p->get('short'), '', '... the other does not come back');

# All items are removed, and the resolver process is killed before the file is written.
ok($p->set('one', 'vone'), 'an item');
ok(until_true(sub { Heddle::read_file($path) =~ /vone/ }, 20), '... is in the file');
my $lock = $p->lock;
ok($p->del($_), "... $_ is removed") for qw(one ever long);
$resolver = $p->resolver;
kill 'KILL', $resolver;
ok($p->next_resolver($resolver), '... the resolver process is killed');
is($p->get($_), '', "... $_ does not come back") for qw(one ever long);
undef $lock;
$h->stop;
is(begin_and_stop(0), 0, '... nor by a start');

# Killed while it reads: the successor does not take what is there, an entry, for all.
put_file($good);
$p->{heddle} = $h = heddle('services: {}', workers => 1);
$resolver = $p->resolver;
$lock = $p->lock;
$h->configure($p->yaml(cache => [$entries]));
$h->signal('HUP');
ok(until_true(sub { grep { (readlink // '') =~ /store\.new/ } glob "/proc/$resolver/fd/*" }, 10), 'a reload with the cache: it is about to read the file');
kill 'KILL', $resolver;
undef $lock;
ok($p->next_resolver($resolver), '... it is killed');
if (!until_true(sub { defined $h->stats->{caches}{hosts} }, 3)) {
	is(($h->reload)[0], 0, '... the reload is repeated, as it was refused');
}
ok(until_true(sub { ($h->stats->{caches}{hosts}{items} // 0) == 22 }, 10), '... all items are there');
is($p->get('k20')->[0], 'v20', '... the last one, too');
$h->stop;
done_testing();
