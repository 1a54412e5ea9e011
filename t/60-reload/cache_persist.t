# SPDX-License-Identifier: BSD-2-Clause
# `persist` of a cache: live items survive a restart, however heddle ends; a damaged file is told
# and kept, and one that cannot be written stops nothing.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;

my $p = Heddle::Persist->new;
my $dir = $p->dir;
sub begin { return $p->begin(file => $_[0], cache => ['entries: {e.test: "127.0.0.1:9"}']) }
sub set { return $p->set(@_) }
sub get { return $p->get(@_) }
sub items { return $_[0]->stats->{caches}{hosts}{items} }

my $h = begin('store');
ok(set("k$_", "v$_"), "item $_") for 1 .. 5;
ok(set('end', 'vend', expires => 500), 'one with an end');
ok(set('short', 'vshort', expires => 1), 'one that ends soon');
my $end = get('end')->[1];
$h->quit;
is($h->ended, 0, 'QUIT: it ends');

$h = begin('store');
is_deeply(get('k3'), ['v3', undef], '... an item is there again');
is_deeply(get('end'), ['vend', $end], '... with its end');
ok(until_true(sub { get('short') eq '' }, 10), '... and one is not, once it has ended');
ok(until_true(sub { items($h) == 7 }, 10), '... entries are not twice') or diag(items($h));
$h->stop;

# After one interval the file is there without an end of any kind.
$h = begin('store');
ok(set('k3', 'v33'), 'an item changes');
ok($p->del('k4'), '... one is removed');
ok(until_true(sub { my $text = Heddle::read_file("$dir/store"); $text =~ /k3v33/ && $text !~ /k4v4/ }, 20), '... the file says so');
my @all = ($h->pid, map { $_->{pid} } map { $h->processes($_) } qw(control resolver worker));
kill 'KILL', @all;
reap($h->pid, 10);
until_true(sub { !grep { (Heddle::Persist::state_of($_))[0] !~ /^Z?$/ } @all }, 10);	# they have the port
$h = begin('store');
is_deeply(get('k3'), ['v33', undef], 'kill -9 of all: the item as it was last');
is(get('k4'), '', '... what was removed is gone');

# The process of the caches alone: the items never left.
my ($resolver) = map { $_->{pid} } $h->processes('resolver');
kill 'KILL', $resolver;
ok(until_true(sub { my ($now) = map { $_->{pid} } $h->processes('resolver'); $now && $now != $resolver }, 20), 'another resolver process');
is_deeply(get('k5'), ['v5', undef], '... has the items');
$h->stop;

my $good = Heddle::read_file("$dir/store");
for (['one that ends early', substr $good, 0, length($good) - 20], ['one byte differs', $good =~ s/v33/v34/r], ['something else', "hello\n" x 100], ['an empty one', '']) {
	my ($what, $text) = @$_;
	Heddle::write_file("$dir/bad", $text);
	chmod 0666, "$dir/bad";
	$h = begin('bad');
	ok($h->wait_log(qr/cache hosts: \S+bad is damaged: its items are not used; it is kept as \S+bad\.damaged/), "$what: told");
	is(Heddle::read_file("$dir/bad.damaged"), $text, '... and kept');
	is($p->ask('exists', [key => 'e.test']) ne '', 1, '... the others are there');
	$h->stop;
	unlink "$dir/bad", "$dir/bad.damaged";
}

mkdir "$dir/closed", 0555;
SKIP: {
	skip 'the resolver is who may do everything', 3 if $> == 0 && !getpwnam('nobody');
	skip 'without root, the owner', 3 if $> != 0;
	$h = begin('closed/store');
	ok(set('k1', 'v1'), 'a folder that cannot be written: items are set');
	ok($h->wait_log(qr/cache hosts: persist: open \S+: Permission denied/), '... it is told');
	is_deeply(get('k1'), ['v1', undef], '... and they are there');
	$h->stop;
}
done_testing();
