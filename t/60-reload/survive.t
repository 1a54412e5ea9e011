# SPDX-License-Identifier: BSD-2-Clause
# A connection lives through 20 reloads of all kinds, and no process is replaced.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($port, $other) = (free_port, free_port);
	my $h = heddle(yaml($port, $other, 0, $one, $two), workers => 3);
	my @pids = ($h->worker_pids, $h->control_pid);
	my @held = one_each($port, 6);
	my $load = load($port, connections => 4);
	$load->wait_for(16);
	for my $turn (1 .. 20) {
		my ($code, $out) = $h->reload(yaml($port, $other, $turn, $one, $two));
		is($code, 0, "reload $turn") or diag($out);
		my $answer = $held[$turn % 6]->ask("turn $turn") // 'nothing';
		like($answer, qr/^(one|two) turn $turn$/, 'who is there is served');
	}
	$load->wait_for(16);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed")
		or diag(explain($result));
	is_deeply([$h->worker_pids, $h->control_pid], \@pids, 'the processes are the same') or diag($h->log);
	is(scalar(grep { $_->is_open } @held), 6, 'all are there');
	@held = ();
	$h->finish;
});

sub yaml {
	my ($port, $other, $turn, $one, $two) = @_;
	my @balance = qw(round_robin least_connections first random);
	my $backends = addresses($one, $turn % 3 ? $two : ());
	my $yaml = "services:\n  web:\n    listen: 127.0.0.1:$port\n"
		. "    balance: $balance[$turn % 4]\n    idle_timeout: ${\(60 + $turn)}s\n"
		. "    backends: [$backends]\n";
	$yaml .= "  other: {listen: \"127.0.0.1:$other\", backends: [\"$two->{address}\"]}\n"
		if $turn & 2;
	return $yaml;
}
