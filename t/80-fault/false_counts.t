# SPDX-License-Identifier: BSD-2-Clause
# An intruder in a worker makes every count and the other workers' numbers of rows false, then
# the worker dies: comparing 65,536 counts with as many rows does not keep the master from its
# work.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::SharedMemory;

plan(skip_all => 'needs /proc/PID/mem') if $^O ne 'linux';
my $port = free_port;
my $one = backend('named', name => 'one');
my $h = heddle(<<"YAML", workers => 2);
worker_sessions: 65536
max_backends: 65536
services:
  web:
    listen: 127.0.0.1:$port
    max_connections: 2
    backends: [{address: "${\$one->address}", name: one}]
YAML
my ($victim, $other) = $h->worker_pids;
my $memory = Heddle::SharedMemory->of($victim)
	or plan(skip_all => 'the system does not let this user write to /proc/PID/mem');

# Parts begin on pages: header, slots, services, backends, counts of backends.
my ($slots, $services, $backends) = unpack 'L3', $memory->get(16, 12);
my $counts = 4096;
$counts += $_ + 4095 & ~4095 for $slots * 320, $services * 512, $backends * 192;
$memory->put($memory->slot($other) + 56, 'L', 0x7fffffff);
$memory->put($counts, 'a*', "\xff" x ($backends * 8));
is($h->backend('web', 'one')->{sessions_active}, 0xffffffff, 'counts are false');
my $since = time;
$h->kill_worker($victim);
ok($h->wait_for(sub {
	my @now = $h->worker_pids;
	return @now == 2 && !grep { $_ == $victim } @now;
}, 30, 'a successor'), 'the worker is replaced');
cmp_ok(time - $since, '<', in_time(10), '... soon');
ok($h->wait_for(sub { $h->backend('web', 'one')->{sessions_active} == 0 }, 10, '0'),
	'counts are true again');
my @held = one_each($port, 2);
is(join(' ', map { $_->{name} } @held), 'one one', 'it serves');
@held = ();
$h->finish(alerts => 1);
done_testing();
