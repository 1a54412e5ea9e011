# SPDX-License-Identifier: BSD-2-Clause
# Workers killed with -9 under load: what they had is lost, nothing else.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $connections = 8;
	my $h = heddle(<<"YAML", workers => 3);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my $load = load($port, connections => $connections);
	my $kills = 5;
	for (1 .. $kills) {
		$load->wait_for(100);
		my ($victim) = my @before = $h->worker_pids;
		$h->kill_worker($victim);
		ok($h->wait_for(sub {
			my @now = $h->worker_pids;
			return @now == 3 && !grep { $_ == $victim } @now;
		}, 5, 'a successor'), 'it is replaced');
	}
	$load->wait_for(200);
	my $result = $load->stop;
	cmp_ok($result->{refused} + $result->{timeout} + $result->{other}, '==', 0,
		'nobody was refused');
	cmp_ok(Heddle::Load::failed($result), '<=', $kills * $connections,
		'only those in progress failed');
	cmp_ok($result->{max_ms}, '<', in_time(3000), 'nobody waited long');
	ok($h->wait_log(qr/alert master\S* worker \d \(pid \d+\) was killed by signal 9/),
		'the log tells');
	# One that dies between two instructions has ended a session and not counted it: once in many
	# thousand deaths. What they held is about ten sessions.
	my ($active, $missing);
	$h->wait_for(sub {
		my $s = $h->service('web');
		($active, $missing) = @$s{qw(sessions_active sessions_total)};
		$missing -= $_ for values %{ $s->{ended} };
		return !$active && ($missing == 0 || $missing == 1);
	}, 5, 'the last to end');
	is($active, 0, 'none is active');
	like($missing, qr/^[01]$/, 'each session has ended once: for its reason, or as lost');
	$h->finish(alerts => 1);
});
