# SPDX-License-Identifier: BSD-2-Clause
# A process that dies again right after its start is started later each time, and the log says so.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);

my $one = backend('named', name => 'one');
my $port = free_port;
my ($lost, $killed) = (0, time);	# before the first one is forked: a slow start is part of its life
my $h = heddle(<<"YAML", workers => 2);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML

# Kills worker 1 once it is there: for how long it can have lived at most, and what the log says then.
sub kill_it {
	my $started = qr/worker 1 \(pid (\d+)\) started/;
	ok(until_true(sub { $lost < (() = $h->log =~ /$started/g) }, 10), 'worker 1 is there');
	my $pid = (my @all = $h->log =~ /$started/g)[-1];
	my $before = $killed;
	$killed = time;
	$h->kill_worker($pid);
	$lost++;
	my $told = $h->wait_log(qr/worker 1 \(pid $pid\) was killed by signal 9.*$/m);
	my $lived = time - $before;
	is(who($port), 'one', 'the other one serves');
	return ($lived, $told =~ /(starts again.*)/);
}

# One that has lived for a second, as on a machine that stands still, begins a new row.
my @row = ('starts again', 'starts again in 100ms', 'starts again in 200ms');
my @may = (0);	# which of them is next; two when it is not known how long the last one has lived
for (my $turn = 0; $may[0] < @row && $turn < 30; $turn++) {
	my ($lived, $told) = kill_it();
	my ($got) = grep { $told eq $row[$_] } $lived < 1 ? @may : (@may, 0);
	ok(defined $got, "after at most $lived s: $told") or last;
	@may = $lived >= 1 && $got == 0 ? (0, 1) : ($got + 1);
}
is("@may", scalar @row, 'each waits twice as long as the one before');
ok(until_true(sub { 2 == (() = $h->worker_pids) }, 10), 'it is there again');
$h->finish(alerts => 1);
done_testing();
