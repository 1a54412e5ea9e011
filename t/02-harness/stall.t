# SPDX-License-Identifier: BSD-2-Clause
# t/stall: what is below the command stands still now and then, and its status is the command's.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'looks into /proc') if $^O ne 'linux';
my $stall = "$FindBin::Bin/../stall";
my $dir = File::Temp->newdir('heddle-stall-XXXXXX', TMPDIR => 1);

# A grandchild that is on its way every millisecond, until it has missed 20 of them.
my $late = 'use Time::HiRes qw(sleep time); my $t = time; my $end = $t + 60;'
	. ' while (time < $end) { sleep 0.001; my $n = time; if ($n - $t > 0.02) { print "late\n"; exit 0 } $t = $n } exit 1';
my $pid = launch({ out => "$dir/out", err => "$dir/err" }, $^X, $stall, '-m', 100, '-g', 5, 'sh', '-c', '"$0" -e "$1"; exit 3', $^X, $late);
is(reap($pid, 60) >> 8, 3, 'the exit status is the command\'s') or diag(Heddle::read_file("$dir/err"));
is(Heddle::read_file("$dir/out"), "late\n", 'a process below it stands still');

# What is told to end does so, and what stood still then goes on, which TERM alone would not make it do.
$pid = launch({ out => "$dir/out", err => "$dir/err" }, $^X, $stall, '-m', 100_000, 'sh', '-c', 'trap "exit 4" TERM; sleep 100 & echo $! >"$0"; wait', "$dir/pid");
my $sleeper = 0;
ok(until_true(sub { ($sleeper) = (-e "$dir/pid" ? Heddle::read_file("$dir/pid") : '') =~ /(\d+)\n/ }), 'a command that runs');
ok(until_true(sub { Heddle::read_file("/proc/$sleeper/stat") =~ /\) T / }), '... with a process that stands still');
kill 'TERM', $pid;
is(reap($pid, 30) >> 8, 4, '... is told to end');
ok(until_true(sub { (Heddle::read_file("/proc/$sleeper/stat") // '') !~ /\) T / }), '... and what stood still goes on');
kill 'KILL', $sleeper;
done_testing();
