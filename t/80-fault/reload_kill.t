# SPDX-License-Identifier: BSD-2-Clause
# Processes killed and stopped while reloads are under way: each reload ends, none is lost.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use Time::HiRes qw(time);

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($p, $q) = (free_port, free_port);
	my $yaml = sub {
		my ($turn, $timeout) = @_;
		my $backend = $turn % 2 ? $two : $one;
		return "change_timeout: ${\($timeout // '1500ms')}\nservices:\n"
			. "  steady: {listen: \"127.0.0.1:$p\", backends: [${\addresses($one)}]}\n"
			. "  web: {listen: \"127.0.0.1:$q\", idle_timeout: ${\(60 + $turn)}s, "
			. "backends: [${\addresses($backend)}]}\n";
	};
	my $h = heddle($yaml->(0), workers => 3);
	for my $turn (1 .. 12) {
		$h->configure($yaml->($turn));
		my @pids = $turn % 3 ? $h->worker_pids : $h->control_pid;
		my $reload = launch({ out => $h->dir . '/reload', err => $h->dir . '/reload' },
			Heddle::binary(), '-c', $h->{file}, '-s', 'reload');
		kill 'KILL', $pids[0];
		ok(defined reap($reload, 30), "turn $turn: the command ends");
		end_child($reload);
		my $wanted = $turn % 2 ? 'two' : 'one';
		# The reload may not have begun when control died: ask again, as its caller would.
		ok($h->wait_for(sub { who($q) eq $wanted || !$h->reload }, 5, $wanted), 'applied');
		$h->wait_for(sub { $h->worker_pids == 3 && $h->health == 200 }, 5, 'all');
	}
	my ($stopped) = $h->worker_pids;
	kill 'STOP', $stopped;
	my $start = time;
	my ($code, $out) = $h->reload($yaml->(13));
	cmp_ok(time - $start, '<', in_time(4), 'a stopped worker does not hold the answer up for ever');
	is($code, 0, '... for it is in force');
	like($out, qr/\b$stopped\b/, '... and it names the process');
	kill 'CONT', $stopped;
	ok($h->wait_for(sub { who($q) eq 'two' && who($q) eq 'two' && who($q) eq 'two' }, 5, 'two'),
		'... there too when it goes on');
	# A process that is behind is not waited for.
	ok($h->wait_for(sub {
		my $stats = $h->stats // {};
		return !grep { $_->{generation} != $stats->{generation} } @{ $stats->{processes} };
	}, 10, 'all of them'), '... and so has every process');
	($code, $out) = $h->reload($yaml->(14, '10s'));
	is($code, 0, 'and the next one goes as ever');
	unlike($out, qr/has not confirmed/, '... all have it');
	is(many($q, 6), 'one one one one one one', '... everywhere');
	$h->finish(alerts => 1);
});
