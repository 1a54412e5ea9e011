# SPDX-License-Identifier: BSD-2-Clause
# 1,000 addresses under one name, and DNS is down for a minute under connections: silent for one
# half of it, and nothing listens there in the other. All backends stay, none changes, no connection
# fails, the outage is told once, and the memory of all processes is what it was.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Knot qw(knot knot_missing);
use Time::HiRes qw(time sleep);

plan(skip_all => knot_missing()) if knot_missing();
plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(400);
use constant { COUNT => 1000, HALF => 30 };

my $one = backend('named', name => 'one', address => '0.0.0.0:' . free_port);
my $target = $one->address =~ s/.*://r;
my $records = join '', map { sprintf "app 1 A 127.%d.%d.7\n", 10 + $_ / 200, $_ % 200 } 0 .. COUNT - 1;
my $knot = knot('site.test' => $records);
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$knot->address}"], timeout: 500ms}
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 5s}
    backends: {app: "app.site.test:$target"}
YAML

sub service { return $h->service('web') }
sub flips {
	my $n = 0;
	$n += $_->{changes_total} for values %{ service()->{backends} };
	return $n;
}
sub memory {
	my ($h, @pids) = @_;
	my $sum = 0;
	$sum += $h->pss($_) for @pids;
	return $sum;
}
sub notes { return scalar(() = $h->log =~ /names: /g) }
ok($h->wait_for(sub { (service() // {})->{backends_up} == COUNT }, 30, 'all'), '1,000 backends are up');
my $load = load($port, connections => 4);
$load->wait_for(5000);	# every backend has had a session
my @pids = ($h->pid, $h->control_pid, $h->worker_pids, map { $_->{pid} } $h->processes('resolver'));
my ($flips, $notes, $memory) = (flips(), notes(), memory($h, @pids));

my $name = sub { return $h->stats->{resolver}{names}{'app.site.test'} // {} };
my $lasts = sub {	# wait_for() looks at a condition that must not come, so often
	my ($error) = @_;
	ok($h->wait_for(sub { ($name->()->{error} // '') eq $error }, 20, $error), "$error is told");
	my ($end, $least) = (time + HALF, COUNT);
	while (time < $end) {
		my $up = service()->{backends_up};
		$least = $up if $up < $least;
		sleep 0.5;
	}
	is($least, COUNT, '... and all backends are up all the time');
	cmp_ok($name->()->{age_seconds}, '>=', HALF, '... with the age of their addresses');
};
$knot->pause;
$lasts->('timeout');
$knot->resume;
$knot->stop;
$lasts->('refused');
$knot->start;
# Between the two kinds of outage there may be an answer: each outage is told once, and its end.
my $count = sub { my ($what) = @_; return scalar(() = $h->log =~ /app\.site\.test$what/g) };
ok(until_true(sub {
	my $ends = $count->(qr/ is resolved again after \S+: 1000 addresses/);
	return $ends && $ends == $count->(qr/: .*stay in use/);
}, 20), 'DNS is back, and each outage was told once') or diag($h->log);
is(service()->{backends_up}, COUNT, '... with all of them');
is(flips(), $flips, 'no backend has changed');
is(notes(), $notes, 'none has come or gone');
my $grown = memory($h, @pids) - $memory;
my $result = $load->stop;
is(Heddle::Load::failed($result), 0, "none of $result->{ok} connections failed") or diag(explain($result));
cmp_ok($grown, '<', ($memory >> 4) + (512 << 10), "memory is flat ($memory bytes, $grown more)")
	if !Heddle::sanitized();
is_deeply([$h->pid, $h->control_pid, $h->worker_pids, map { $_->{pid} } $h->processes('resolver')],
	\@pids, 'the processes are the same');
$h->finish;
done_testing();
