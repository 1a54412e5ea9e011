# SPDX-License-Identifier: BSD-2-Clause
# A stopped worker: who comes is served within 1.5 s; it goes on afterwards.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use Time::HiRes qw(time);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my @held = one_each($port, 8);
	my ($victim) = my @pids = $h->worker_pids;
	my ($row) = grep { $_->{pid} == $victim } $h->processes('worker');
	my $load = load($port, connections => 8, patience => 60);	# some with the one that is stopped
	$load->wait_for(100);
	$h->kill_worker($victim, 'STOP');
	my $late = 0;
	for (1 .. 20) {
		my $start = time;
		is(who($port), 'one', "client $_") if $_ < 3 || who($port) ne 'one';
		my $took = time - $start;
		$late = $took if $took > $late;
	}
	cmp_ok($late, '<', in_time(3), 'new clients are served in time');
	is_deeply([$h->worker_pids], \@pids, 'a stopped worker is left alone');
	$h->kill_worker($victim, 'CONT');
	is($_->ask('x'), 'one x', 'who was with it goes on') for @held;
	$load->wait_for(100);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} failed")
		or diag(explain($result));
	@held = ();
	$h->finish;
});
