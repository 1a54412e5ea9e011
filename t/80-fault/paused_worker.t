# SPDX-License-Identifier: BSD-2-Clause
# A worker that was stopped, as by `docker pause`, ended clients as idle that had sent while it stood still.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(sleep);

on_each_event(sub {
	my $echo = backend('echo');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
services:
  web: {listen: "127.0.0.1:$port", idle_timeout: 2s, backends: ["${\$echo->address}"]}
YAML
	my ($worker) = $h->worker_pids;
	my $client = client($port);
	is($client->ask('one'), 'one', 'a session');
	kill 'STOP', $worker;
	$client->send("two\n");
	sleep 2.5;	# longer than it may be silent
	kill 'CONT', $worker;
	is($client->line, 'two', 'the worker goes on: what was sent meanwhile is answered') or diag($client->error);
	is($client->ask('three'), 'three', '... and the session lasts');
	$client->close;
	$h->finish;
});
