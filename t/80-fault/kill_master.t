# SPDX-License-Identifier: BSD-2-Clause
# The master killed with -9: its children end by themselves, also those that somebody has stopped,
# and it can start again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::SharedMemory;
use Heddle::Test;

# How often the loops of these processes have turned their heartbeat; it is 250 ms, and a line waits
# 100 ms in a worker.
sub heartbeats {
	my ($memory, @pids) = @_;
	return map { unpack 'Q', $memory->get($memory->slot($_) + 24, 8) } @pids;
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	is(who($port), 'one', 'it serves');
	my @children = map { $_->{pid} } map { $h->processes($_) } qw(worker control resolver);
	cmp_ok(@children, '>=', 4, 'all kinds of children');
	my ($stopped) = my @workers = $h->worker_pids;
	my $control = $h->control_pid;
	kill 'STOP', $control;
	is(who($port), 'one', 'a session while nobody writes the log');
	# its line waits a moment in the worker, one or the other, and would end with it
	if (my $memory = $^O eq 'linux' && Heddle::SharedMemory->of($stopped)) {
		my @before = heartbeats($memory, @workers);
		ok(until_true(sub {
			my @now = heartbeats($memory, @workers);
			return !grep { $now[$_] <= $before[$_] + 1 } 0 .. $#now;
		}, 5), 'its line is in the pipe');
	}
	kill 'STOP', $stopped;
	ok(until_true(sub { Heddle::read_file("/proc/$stopped/stat") =~ /\) T /
		|| $^O ne 'linux' }, 5), 'one of them is stopped');
	kill 'CONT', $stopped, $control if $^O ne 'linux';	# which has nothing that tells it
	kill 'KILL', $h->pid;
	ok(until_true(sub { !grep { kill 0, $_ } @children }, 5), 'the children are gone');
	ok(!client($port), 'nobody listens');
	is(scalar $h->access(2), 2, 'every line that was under way is in the access log');
	ok($h->wait_log(qr/alert control\S* the master has gone/), '... and the end in the error log');
	end_child($h->pid);
	ok(-s $h->dir . '/heddle.pid', 'its pid file is left');
	$h->run;
	ok($h->wait_ready, 'it starts in spite of that');
	is(who($port), 'one', '... and serves');
	$h->finish(alerts => 1);
	ok(!-e $h->dir . '/heddle.pid', 'the pid file is gone');
});
