# SPDX-License-Identifier: BSD-2-Clause
# No descriptor is left at the start, when the file of a cache is to be read. That says nothing of the
# file: it was put aside as damaged, and its items were gone.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Heddle::SlowDisk qw(slow_disk);

my $disk = slow_disk();
plan(skip_all => $disk) if !ref $disk;
time_limit(240);
my $p = Heddle::Persist->new;
my $h = $p->begin;
ok($p->set('a', 'va'), 'an item');
$h->finish;
my $file = Heddle::read_file($p->file);

# As long as the start lasts, and longer.
$disk->full('/store');
$h = $p->begin(heddle => { env => $disk->env });
ok($h->wait_log(qr/error resolver\S+ cache hosts: \S+store cannot be read: Too many open files: no items are read or written there$/m),
	'no descriptor for the file: told, and no word of damage');
ok($p->set('b', 'vb'), 'another item is set');
ok($h->stats->{caches}{hosts}{persist_failing}, '... which is not written: the statistics say it');
$h->finish;
is(Heddle::read_file($p->file), $file, 'the file is as it was');
is_deeply([grep { !/store$/ } glob $p->file . '*'], [], '... where it was');

# For a moment, for which heddle waits: three seconds, which this machine may need for the start.
$p->ask_early(1);
for (1 .. 10) {
	$h = $p->begin(heddle => { env => $disk->env });
	$disk->free;
	last if until_true(sub { ref $p->get('a') || $h->log =~ /cannot be read/ }, 10) && ref $p->get('a');
	$h->finish;
	$disk->full('/store');
}
is($p->get('a')->[0], 'va', 'a descriptor later: the file is read');
ok(!$h->stats->{caches}{hosts}{persist_failing}, '... and all is well');
unlike($h->log, qr/cannot be read/, '... nothing is told');
$h->finish;
done_testing();
