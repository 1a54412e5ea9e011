# SPDX-License-Identifier: BSD-2-Clause
# Started by a program that has all signals blocked, or ignored: signals are acted on, and a dead
# worker is replaced.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use POSIX ();

my @names = qw(CHLD TERM HUP QUIT INT USR1 ABRT);

sub block {
	my $set = POSIX::SigSet->new(map { POSIX->can("SIG$_")->() } @names);
	POSIX::sigprocmask(POSIX::SIG_BLOCK(), $set) or die "sigprocmask: $!";
}

sub ignore { $SIG{$_} = 'IGNORE' for @names }

on_each_event(sub {
	my $one = backend('named', name => 'one');
	for my $before (\&block, \&ignore) {
		my $port = free_port;
		my $h = heddle(<<"YAML", before => $before);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
		my ($victim) = $h->worker_pids;
		$h->kill_worker($victim, 'ABRT');
		ok($h->wait_for(sub {
			my @now = $h->worker_pids;
			return @now == 2 && !grep { $_ == $victim } @now;
		}, 5, 'a successor'), 'a worker that died is replaced');
		ok($h->hup, 'HUP: a reload');
		$h->signal('USR1');
		ok($h->wait_log(qr/log files opened again/), 'USR1: logs are opened again');
		$h->quit;
		is($h->ended, 0, 'QUIT: it ends');
		$h->finish(stopped => 1, alerts => 1);
	}
});
