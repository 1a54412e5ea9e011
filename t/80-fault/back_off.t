# SPDX-License-Identifier: BSD-2-Clause
# A process that dies again right after its start is started later each time, and the log says so.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML

my $started = qr/worker 1 \(pid (\d+)\) started/;
my $lost = 0;
for my $then ('starts again$', 'starts again in 100ms', 'starts again in 200ms') {
	ok(until_true(sub { $lost < (() = $h->log =~ /$started/g) }, 10), 'worker 1 is there');
	my $pid = (my @all = $h->log =~ /$started/g)[-1];
	$h->kill_worker($pid);
	ok($h->wait_log(qr/worker 1 \(pid $pid\) was killed by signal 9.*$then/m), $then);
	is(who($port), 'one', 'the other one serves');
	$lost++;
}
ok(until_true(sub { 2 == (() = $h->worker_pids) }, 10), 'it is there again');
$h->finish(alerts => 1);
done_testing();
