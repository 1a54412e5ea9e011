# SPDX-License-Identifier: BSD-2-Clause
# "heddle -s reload" that was stopped while it waited, as by Ctrl-Z, said "no answer over the control
# socket: Interrupted system call" when it went on, although the reload was done.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle("services:\n  web: {listen: \"127.0.0.1:$port\", backends: [${\addresses($one)}]}\n");
	my ($control, $out) = ($h->control_pid, $h->dir . '/reload.out');
	kill 'STOP', $control;
	my $pid = launch({ out => $out, err => $out, env => $h->environment },
		Heddle::binary(), '-c', $h->{file}, '-s', 'reload');
	# wherever it is by then, it waits for the answer at the end of this
	for (1 .. 50) {
		kill $_, $pid for qw(STOP CONT);
		select undef, undef, undef, 0.01;
	}
	kill 'CONT', $control;
	is(reap($pid, 20), 0, 'the command gets its answer') or diag(Heddle::read_file($out));
	like(Heddle::read_file($out), qr/nothing changed/, '... and says it');
	end_child($pid);
	$h->finish;
});
