# SPDX-License-Identifier: BSD-2-Clause
# The process that writes the file of a cache is killed, stopped, or left behind by a resolver
# process that was killed: what was set before a stop is in the file after it, and no older items
# take its place. Nobody waits longer than the process has to end in.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Time::HiRes qw(time);

plan(skip_all => 'needs /proc') if !-d "/proc/$$";
time_limit(240);
my $p = Heddle::Persist->new;
sub zombies { return join ' ', grep { (Heddle::Persist::state_of($_))[0] eq 'Z' } Heddle::Persist::children_of($_[0]) }

# It is killed before it has the lock, and later ones go on.
my $h = $p->begin;
my $resolver = $p->resolver;
my $lock = $p->lock;
ok($p->set('a', 'va'), 'an item');
my $writer = $p->writer($resolver);
kill 'KILL', $writer;
ok($h->wait_log(qr/error resolver\S+ cache hosts: persist: the process that writes the file has ended/), 'kill -9 of the writer: told');
is($p->get('a')->[0], 'va', '... the item is there');
undef $lock;
ok($h->wait_log(qr/notice resolver\S+ cache hosts: persist: \S+store is written again/), '... the next one writes');
ok(until_true(sub { zombies($resolver) eq '' && !Heddle::Persist::children_of($resolver) }, 10), '... no zombie is left');

# The resolver waits for none of them: it goes on while one is stopped.
$lock = $p->lock;
ok($p->set('b', 'vb'), 'a writer that is stopped');
$writer = $p->writer($resolver);
kill 'STOP', $writer;
undef $lock;
ok(until_true(sub { (Heddle::Persist::state_of($writer))[0] eq 'T' }, 10), '... it is');
ok($p->set("b$_", "vb$_"), "... item $_ meanwhile") for 1 .. 20;
kill 'CONT', $writer;
my $before = $p->version;
ok($p->set('c', 'vc'), '... and it goes on');
ok($p->written_since($before), '... the file is written');
is($h->stop, 0, 'TERM');

# At a stop, a writer of another process has the lock for a moment.
$p->begin;
is($p->get('c')->[0], 'vc', 'all is there');
is($p->get('b20')->[0], 'vb20', '... all');
$resolver = $p->resolver;
$lock = $p->lock;
ok($p->set('d', 'vd'), 'an item while another process writes');
$p->writer($resolver);
$p->heddle->signal('QUIT');
ok($p->heddle->wait_log(qr/draining/), '... QUIT');
undef $lock;
is($p->heddle->ended(15), 0, '... it ends');
$h = $p->begin;
is($p->get('d')->[0], 'vd', '... and the item is in the file');

# The resolver process is killed with a writer in the middle, which goes on when the stop has begun.
is(scalar(grep { $p->set("big$_", 'v' x 14900) } 1 .. 500), 500, 'large items');
sub leave_behind {
	my $old = $p->resolver;
	my $left = $p->stopped_writer($old);
	ok($left, 'a writer in the middle of the file');
	kill 'KILL', $old;
	ok($p->next_resolver($old), '... its resolver process is another one');
	return adopt($left);
}
$writer = leave_behind();
ok($p->set('late', 'vlate'), '... an item is set then');
ok($p->set('a', 'vchanged'), '... another one changes');
ok($p->del('b'), '... another one goes');
$h->signal('TERM');
ok(until_true(sub { $h->log =~ /Terminated/ }, 10), '... TERM');
kill 'CONT', $writer;
is($h->ended(15), 0, '... it ends');
ok(until_true(sub { !kill 0, $writer }, 10), '... the writer, too');
forget($writer);
$h = $p->begin;
is($p->get('late')->[0], 'vlate', '... the item is in the file');
is($p->get('a')->[0], 'vchanged', '... as it was last');
is($p->get('b'), '', '... what was removed is not');

# It never goes on: the stop gives up, and says so.
$writer = leave_behind();
ok($p->set('later', 'vlater'), '... an item is set then');
my $began = time;
$h->signal('TERM');
is($h->ended(15), 0, '... TERM: it ends');
cmp_ok(time - $began, '<', 3 + in_time(2), '... soon');
like($h->log, qr/error resolver\S+ cache hosts: persist: another process is still writing \S+store\.new/, '... and says who has the file');
unlike($h->log, qr/does not stop: killed/, '... by itself');

# The next start waits for it, too.
my $old = $h;	# its end would be that of the writer, too
$h = $p->begin(heddle => { fails => 1 });	# does not wait until it is ready
my $limit = time + 1;
sub has_open { my ($path, @pids) = @_; return grep { (readlink // '') eq $path } map { glob "/proc/$_/fd/*" } @pids }
until_true(sub { time > $limit || has_open($p->file . '.new', Heddle::Persist::children_of($h->pid)) });
kill 'CONT', $writer;
ok($h->wait_ready, 'a start with a writer that is left');
ok(until_true(sub { !kill 0, $writer }, 10), '... which ends');
forget($writer);
is($p->get('turn')->[0], "v$p->{turn}", '... is waited for: its items are there');
is($p->get('late')->[0], 'vlate', '... all of them');
unlike($h->log, qr/is read as it is|damaged/, '... nothing else is told');

# kill -9 of the master alone: the resolver process writes what it has.
ok($p->set('last', 'vlast'), 'an item');
my @all = map { $_->{pid} } map { $h->processes($_) } qw(control resolver worker);
kill 'KILL', $h->pid;
reap($h->pid, 10);
ok(until_true(sub { !grep { kill 0, $_ } @all }, 15), '... the master is killed, and all others end');
$h = $p->begin;
is($p->get('last')->[0], 'vlast', '... the item is in the file');
$h->finish;
done_testing();
