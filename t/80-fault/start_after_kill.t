# SPDX-License-Identifier: BSD-2-Clause
# A start right after kill -9 of the master: it waits for the processes that are left, whose sockets
# would be addresses in use, and serves what the API had added, too.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::State;
use Heddle::Test;

plan(skip_all => 'on Linux') if $^O ne 'linux';
my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my ($port, $added) = (free_port, free_port);
my $h = heddle(<<"YAML", workers => 2);
state: ${\$state->path}
change_timeout: 10s
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
YAML
is(Heddle::Api->new($h->control)->put('services/added', { listen => "127.0.0.1:$added",
	backends => { one => $one->address } }), 201, 'the API adds a service');

# A worker that stands still cannot end.
my ($worker) = $h->worker_pids;
my $old = $h->pid;
kill 'STOP', $worker;
kill 'KILL', $old;
reap($old, 10);
$h->run;
select undef, undef, undef, 0.4;
is(reap($h->pid, 0), undef, 'a start waits for a worker that is left');
kill 'CONT', $worker;
ok($h->wait_ready, '... and goes on when it has ended');
is(who($port), 'one', '... the service of the file is served');
is(who($added), 'one', '... and that of the API');
unlike($h->log, qr/address in use|tries again/, '... at once');
end_child($old);

# Without anything that holds them up.
my @failed;
for my $turn (1 .. 6) {
	my @held = map { client($port) } 1 .. 50;
	$_->send("x") for @held;
	$old = $h->pid;
	kill 'KILL', $old;
	reap($old, 10);
	$h->run;
	$h->wait_ready or push @failed, $turn;
	end_child($old);
	last if @failed;
}
is("@failed", '', 'each start right after a kill succeeds') or diag($h->output);
$h->finish(alerts => 1);
done_testing;
