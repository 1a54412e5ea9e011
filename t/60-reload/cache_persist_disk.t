# SPDX-License-Identifier: BSD-2-Clause
# The disk that the file of a cache is on: full, a file at its largest size (RLIMIT_FSIZE), a folder
# that goes. It is told once and not at each interval, the old file stays whole, and writing goes on
# when there is room again. A file that cannot be read at the start is kept.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Persist;

time_limit(240);
my $kb10 = 'v' x 10000;
sub failures { my ($h) = @_; return scalar(() = $h->log =~ /error resolver\S+ cache hosts: persist: /g) }

sub failing { my ($h) = @_; return $h->stats->{caches}{hosts}{persist_failing} }

# A cache whose file is written all the time says that intervals go by.
sub clock_lines {
	my ($p) = @_;
	return "  clock: {persist: ${\$p->file('clock')}, persist_interval: 1s}\n";
}
sub intervals {
	my ($p, $count) = @_;
	my $api = Heddle::Api->new($p->heddle->control);
	for my $turn (1 .. $count) {
		my $before = $p->version('clock');
		return 0 if $api->put("caches/clock/k$turn", { value => '127.0.0.1:9', expires => '1h' }) !~ /^20/;
		return 0 if !$p->written_since($before, 'clock');
	}
	return 1;
}

SKIP: {
	skip('needs root, unshare and nsenter', 1) if $> != 0 || !program('unshare') || !program('nsenter')
		|| system('unshare -m true 2>/dev/null') != 0;
	my $p = Heddle::Persist->new;
	mkdir $p->file('disk'), 0777 or die "mkdir: $!";
	my @wrapper = ('unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=64k,mode=0777 tmpfs "$0" && exec "$@"', $p->file('disk'));
	my @disk = (file => 'disk/store', caches => clock_lines($p));
	# Only the first item is written before all the others are there.
	my $h = $p->begin(@disk, interval => '1h', heddle => { wrapper => \@wrapper });
	my $seen = '/proc/' . $h->pid . '/root' . $p->file('disk/store');
	ok($p->set('a', $kb10), 'an item');
	ok(until_true(sub { (-s $seen // 0) > 10000 }, 20), '... is in the file');
	my $old = Heddle::read_file($seen);
	ok($p->set("more$_", $kb10), "more, $_") for 1 .. 8;
	is(($h->reload($p->yaml(@disk)))[0], 0, '... which are to be written each second');
	ok($h->wait_log(qr/error resolver\S+ cache hosts: persist: write \S+store\.new: No space left on device/), 'a full disk: told');
	ok(intervals($p, 3), '... three intervals later');
	is(failures($h), 1, '... it was told once');
	ok(failing($h), '... the statistics say it');
	is(Heddle::read_file($seen), $old, '... the old file is as it was');
	ok(until_true(sub { !-e "$seen.new" }, 10), '... nothing lies beside it, but while it is tried again');
	ok($p->del("more$_"), "less, $_") for 4 .. 8;
	ok($h->wait_log(qr/notice resolver\S+ cache hosts: persist: \S+store is written again/), 'room again: told');
	ok(until_true(sub { !failing($h) }, 10), '... and counted');
	cmp_ok($h->stats->{caches}{hosts}{persisted}, '>', time - 300, '... with the time');
	ok($p->set("again$_", $kb10), 'full again') for 1 .. 5;
	ok(until_true(sub { failures($h) == 2 }, 20), '... is told again');
	is($p->get('again5')->[0], $kb10, '... the items are there');
	system('cp', $seen, $p->file('copy'));
	chmod 0666, $p->file('copy');
	$h->finish;
	is(failures($h), 3, 'a stop with a full disk: the last time is told');
	$h = $p->begin(file => 'copy');
	is($p->get($_)->[0], $kb10, "the file of before: $_") for qw(a more1 more2 more3);
	$h->finish;
}

# 64 blocks of 512 bytes.
{
	my $p = Heddle::Persist->new;
	my $h = $p->begin(caches => clock_lines($p), heddle => { wrapper => ['/bin/sh', '-c', 'ulimit -f 64; exec "$@"', 'sh'] });
	ok($p->set('a', $kb10), 'a limit of file sizes: an item');
	ok($p->written_since(''), '... is in the file');
	ok($p->set("more$_", $kb10), "... more, $_") for 1 .. 4;
	ok($h->wait_log(qr/error resolver\S+ cache hosts: persist: write \S+store\.new: File too large/), '... told');
	ok(intervals($p, 2), '... two intervals later');
	is(failures($h), 1, '... it was told once');
	ok($p->del('more4') && $p->del('more3'), '... less');
	ok($h->wait_log(qr/is written again/), '... goes on');
	ok($p->set("more$_", $kb10), "... too much at the stop, $_") for 1 .. 4;
	$h->finish;
	$h = $p->begin;
	is($p->get('a')->[0], $kb10, '... a whole file is there');
	$h->finish;
}

# The folder goes, and comes back.
{
	my $p = Heddle::Persist->new;
	mkdir $p->file('folder'), 0777;
	chmod 0777, $p->file('folder');
	my $h = $p->begin(file => 'folder/store', caches => clock_lines($p));
	rmdir $p->file('folder') or die "rmdir: $!";
	ok($p->set('a', 'va'), 'the folder has gone');
	ok($h->wait_log(qr/error resolver\S+ cache hosts: persist: open \S+store\.new: No such file or directory/), '... told');
	ok(intervals($p, 2), '... two intervals later');
	is(failures($h), 1, '... it was told once');
	mkdir $p->file('folder');
	chmod 0777, $p->file('folder');
	ok($h->wait_log(qr/is written again/), '... it is back');
	$h->finish;
	my ($code, $out) = do { rename $p->file('folder'), $p->file('gone'); $h->command('-t') };
	is($code, 1, 'a start without the folder is refused');
	like($out, qr/caches\.hosts\.persist: folder \S+folder: No such file or directory/, '... and told');
}
done_testing();
