# SPDX-License-Identifier: BSD-2-Clause
# Signals that people send to all processes of a group or a container: only the master acts on
# them, and no child ends by them.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);

my @harmless = qw(USR2 ALRM PIPE CONT TTOU WINCH);

sub children {
	my ($h) = @_;
	return map { $_->{pid} } map { $h->processes($_) } qw(worker control resolver);
}

# Until every process has turned several times: more than the second that an alarm would take.
sub serves_on {
	my ($h, $port, $what) = @_;
	my $until = time + 1.5;
	my $failed = 0;
	while (time < $until) {
		$failed++ if who($port) ne 'one';
	}
	is($failed, 0, "$what: serves on");
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle($yaml);
	my @before = children($h);
	cmp_ok(@before, '>=', 4, 'all kinds of children');
	my @held = one_each($port, 4);

	kill $_, @before for @harmless, qw(HUP INT QUIT USR1 TERM);
	serves_on($h, $port, 'signals to the children');
	kill $_, -$h->pid for @harmless;
	serves_on($h, $port, 'signals to the group');
	ok($h->wait_log(qr/signal USR2: upgrading/), '... where the master acts on USR2');
	kill 'USR1', -$h->pid;
	ok($h->wait_log(qr/log files opened again/), 'USR1 to the group: logs are opened again');
	$h->configure("$yaml  more: {listen: \"127.0.0.1:${\free_port}\", backends: []}\n");
	kill 'HUP', -$h->pid;
	ok($h->wait_log(qr/reload applied/), 'HUP to the group: a reload');
	is_deeply([children($h)], \@before, 'no process was replaced');
	is($_->ask('x'), 'one x', 'no session was cut') for @held;

	kill 'QUIT', -$h->pid;
	ok($h->wait_for(sub { $h->health == 503 }, 5, '503'), 'QUIT to the group: it drains');
	is($_->ask('y'), 'one y', '... and no session is cut') for @held;
	@held = ();
	is($h->ended, 0, '... until the last one is over');
	$h->finish(stopped => 1);

	for my $signal (qw(INT TERM)) {
		$h = heddle($yaml);
		@held = one_each($port, 4);
		kill $signal, -$h->pid;
		is($h->ended, 0, "$signal to the group: it stops");
		unlike($h->log, qr/ lost|starts again/, '... and calls nothing a loss');
		$h->finish(stopped => 1);
	}
});
