# SPDX-License-Identifier: BSD-2-Clause
# Out of descriptors: accepting pauses, nobody spins, and it goes on by itself.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'needs prlimit of util-linux') if !program('prlimit');

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my ($pid) = $h->worker_pids;
	my @held = one_each($port, 4);
	my $limit = (sort { $b <=> $a } map { m{/(\d+)$} } glob "/proc/$pid/fd/*")[0] + 1;
	is(system('prlimit', '--pid', $pid, "--nofile=$limit:$limit"), 0, 'no descriptor is left');
	my $cpu = $h->cpu_seconds($pid);
	my @late = map { client($port) } 1 .. 5;
	is($late[0]->ask('?', 1.5), undef, 'who comes now waits') or diag('it was answered');
	cmp_ok($h->cpu_seconds($pid) - $cpu, '<', 0.3, 'the worker does not spin');
	is($held[0]->ask('x'), 'one x', 'who was there is served');
	ok($h->wait_log(qr/warn worker.*descriptors/), 'the log says why');
	is(system('prlimit', '--pid', $pid, '--nofile=4096:4096'), 0, 'descriptors again');
	is($late[0]->line, 'one ?', 'who waited is served');
	is($_->ask('?'), 'one ?', 'and the others') for @late[1 .. 4];
	$_->close for @held, @late;
	$h->finish;
});
