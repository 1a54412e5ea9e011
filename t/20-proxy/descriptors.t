# SPDX-License-Identifier: BSD-2-Clause
# Out of descriptors: accepting pauses, nobody spins, and it goes on by itself.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my @wrapper = ('sh', '-c', 'ulimit -n 128; exec "$0" "$@"');
	my $h = heddle(<<"YAML", workers => 1, wrapper => \@wrapper);
user: ${\scalar getpwuid $>}
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my ($pid) = $h->worker_pids;
	my (@held, @late);
	my $paused = qr/warn worker.*accepting paused: out of descriptors/;
	until (@held > 128 || $h->log =~ $paused) {
		push @held, client($port);
		$held[-1]->send("?\n");
		until_true(sub { $held[-1]->line(0.01) || $h->log =~ $paused }, 10);
	}
	ok($h->wait_log($paused), 'the log says why');
	splice @held, $h->service('web')->{sessions_active};	# perhaps the first that found no room
	cmp_ok(scalar @held, '>=', 20, 'some are served');
	push @late, client($port) for 1 .. 5;
	$late[0]->send("?\n");
	my $cpu = $h->cpu_seconds($pid);
	is($late[0]->line(1), undef, 'who comes now waits');	# after 5 s heddle would reset it
	cmp_ok($h->cpu_seconds($pid) - $cpu, '<', 0.3, 'the worker does not spin');
	is($held[0]->ask('x'), 'one x', 'who was there is served');
	(shift @held)->close for 1 .. 5;
	is($late[0]->line, 'one ?', 'who waited is served when there is room');
	is($_->ask('?'), 'one ?', 'and the others') for @late[1 .. 4];
	@held = @late = ();
	ok($h->wait_for(sub { $h->settled eq '' }, 5, 'all to end'), 'all have ended');

	# One left: enough for the client, not for its backend.
	my %open = map { s{.*/}{}r => 1 } glob "/proc/$pid/fd/*";
	my ($free) = grep { !$open{$_} } 0 .. 1000;
	SKIP: {
		my $begin = time;
		skip('the limit cannot be changed from outside', 2)
			if !%open || system "prlimit --pid $pid --nofile=@{[$free + 1]}:128";
		@late = map { client($port) } 1 .. 30;
		$_->send("?\n") for @late;
		select undef, undef, undef, 0.35;
		my $closed = grep { !$_->is_open } @late;
		# there is one try in each tenth of a second
		cmp_ok($closed, '<=', 4 + 12 * (time - $begin), 'clients are not taken in only to be closed');
		system "prlimit --pid $pid --nofile=128:128";
		splice @late, 0, 20;	# there is room for 26
		is($late[-1]->line, 'one ?', 'who waited is served when there is room again');
	}
	@late = ();
	$h->finish;
});
