# SPDX-License-Identifier: BSD-2-Clause
# Out of descriptors: accepting pauses, nobody spins, and it goes on by itself.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1, wrapper => ['sh', '-c', 'ulimit -n 128; exec "$0" "$@"']);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my ($pid) = $h->worker_pids;
	my (@held, @late);
	until (@late) {
		my $client = client($port);
		push @{ $client->ask('?', 1) ? \@held : \@late }, $client;
	}
	cmp_ok(scalar @held, '>=', 20, 'some are served');
	ok($h->wait_log(qr/warn worker.*accepting paused: out of descriptors/), 'the log says why');
	push @late, client($port) for 1 .. 4;
	my $cpu = $h->cpu_seconds($pid);
	is($late[0]->line(1.5), undef, 'who comes now waits');
	cmp_ok($h->cpu_seconds($pid) - $cpu, '<', 0.3, 'the worker does not spin');
	is($held[0]->ask('x'), 'one x', 'who was there is served');
	(shift @held)->close for 1 .. 5;
	is($late[0]->line, 'one ?', 'who waited is served when there is room');
	is($_->ask('?'), 'one ?', 'and the others') for @late[1 .. 4];
	@held = @late = ();
	$h->finish;
});
