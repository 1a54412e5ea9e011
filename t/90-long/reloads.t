# SPDX-License-Identifier: BSD-2-Clause
# 200 reloads under load with 1,000 long connections: none closed, no request failed, memory flat.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

time_limit(400);
need_descriptors(4000);

on_each_event(sub {
	my ($event) = @_;
	my $turns = $event eq (Heddle::events())[0] ? 200 : 50;
	my ($long, @short) = backends(qw(long one two three));
	my ($p, $q) = (free_port, free_port);
	my $yaml = sub {
		my ($turn) = @_;
		my $list = addresses(@short[$turn % 2 ? (0 .. 2) : (0, 1)]);
		my $yaml = "services:\n  long:\n    listen: 127.0.0.1:$p\n"
			. "    client_timeout: ${\(600 + $turn)}s\n"
			. "    backends: [${\addresses($long)}]\n"
			. "  web: {listen: \"127.0.0.1:$q\", backends: [$list]}\n";
		$yaml .= "  extra: {listen: \"\@heddle-$$-x\", backends: [$list]}\n"
			if !($turn % 3);
		return $yaml;
	};
	my $h = heddle($yaml->(0), workers => 2);
	my $held = hold($p, 1000);
	my $load = load($q, connections => 8);
	my @pids = ($h->pid, $h->control_pid, $h->worker_pids);
	my ($applied, $memory) = (0);
	for my $turn (1 .. $turns) {
		my ($code, $out) = $h->reload($yaml->($turn));
		$code == 0 ? $applied++ : diag($out);
		$memory = memory($h, @pids) if $turn == 24;
	}
	is($applied, $turns, 'all reloads were applied');
	$load->wait_for(100);
	my $grown = memory($h, @pids) - $memory;
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed")
		or diag(explain($result));
	cmp_ok($grown, '<', ($memory >> 4) + (512 << 10), "memory is flat ($memory bytes)")
		if !Heddle::sanitized();
	is_deeply([$h->pid, $h->control_pid, $h->worker_pids], \@pids,
		'the processes are the same');
	is(scalar(grep { $_->is_open } @$held), 1000, 'all connections are there');
	is(scalar(grep { ($_->ask('x', 5) // '') eq 'long x' } @$held[map { $_ * 50 } 0 .. 19]), 20,
		'... and work');
	@$held = ();
	$h->finish(seconds => 20);
});

sub hold {
	my ($port, $count) = @_;
	my @held = map { client($port) or die "connect: $!" } 1 .. $count;
	$_->send("x\n") for @held;
	is(scalar(grep { ($_->line // '') eq 'long x' } @held), $count, "$count connections");
	return \@held;
}

sub memory {
	my ($h, @pids) = @_;
	my $sum = 0;
	$sum += $h->pss($_) for @pids;
	return $sum;
}
