# SPDX-License-Identifier: BSD-2-Clause
# An intruder in a worker (or a stray write there) changes what all workers map writable, and
# the workers die: the master, who may be root, and the control process go on, and everything
# recovers. Layout: src/core/layout.h.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::SharedMemory;

plan(skip_all => 'needs /proc/PID/mem') if $^O ne 'linux';
my $port = free_port;
my $one = backend('named', name => 'one');
my $h = heddle(<<"YAML", workers => 2, event => (Heddle::events())[0]);
worker_sessions: 128
max_services: 16
max_backends: 64
services:
  web:
    listen: 127.0.0.1:$port
    max_connections: 3
    backends: [{address: "${\$one->address}", name: one, max_connections: 3}]
YAML
Heddle::SharedMemory->of(($h->worker_pids)[0])
	or plan(skip_all => 'the system does not let this user write to /proc/PID/mem');

# What is done to the memory: of the session's row, its worker's slot, and the parts.
my @damage = (
	['a backend far away' => sub { $_[0]->put($_[1] + 8, 'L', 0x30000000) }],
	['a service far away' => sub { $_[0]->put($_[1] + 4, 'L', 0x08000000) }],
	['more rows than there are' => sub { $_[0]->put($_[2] + 56, 'L', 0x7fffffff) }],
	['sizes that are not true' => sub { $_[0]->put(16, 'L4', (0x7fffffff) x 4) }],
	['counts that are full' => sub {
		my ($memory, undef, undef, $services, $backends, $counts) = @_;
		$memory->put($services + 512 * $_, 'Q', ~0) for 0 .. 15;
		$memory->put($counts, 'Q64', (~0) x 64);
	}],
	['states that do not exist' => sub {
		my ($memory, undef, undef, undef, $backends) = @_;
		$memory->put($backends + 192 * $_, 'L', 0x40000000) for 0 .. 63;
		$memory->put($backends + 192 * $_ + 24, 'Q', ~0) for 0 .. 63;
	}],
	['all of it' => sub { $_[0]->put(0, 'a*', "\xff" x $_[0]->size) }],
);

my $control = $h->control_pid;
my $slots;	# in the header, which one of these overwrites
for my $damage (@damage) {
	my ($name, $how) = @$damage;
	my @workers = $h->worker_pids;
	my @held = one_each($port, 3);
	my $memory = Heddle::SharedMemory->of($workers[0]);
	$slots //= unpack 'L', $memory->get(16, 4);
	my $services = 4096 + ($slots * 320 + 4095 & ~4095);
	my $slot = $memory->slot($workers[0]);
	$how->($memory, $memory->row($held[0]->local_port), $slot, $services, $services + 8192,
		$services + 8192 + 12288);
	$h->get('/_v1/stats');
	kill 'KILL', @workers;
	@held = ();
	ok($h->wait_for(sub { who($port) eq 'one' }, 15, 'an answer'), "$name: it serves again");
	ok($h->wait_for(sub { $h->worker_pids == 2 }, 15, 'workers'), '... with all workers');
	ok($h->wait_for(sub { ($h->control_pid // 0) == $control }, 5, 'it'), '... the control process lives');
	ok($h->wait_for(sub { ($h->service('web')->{sessions_active} // 9) == 0 }, 15, '0'),
		'... nothing is counted as active');
	ok($h->wait_for(sub { ($h->backend('web', 'one')->{sessions_active} // 9) == 0 }, 15, '0'),
		'... also of the backend');
	@held = one_each($port, 3);
	is(join(' ', map { $_->{name} } @held), 'one one one', '... as many as before may come');
	my ($code, $said) = $h->reload;
	is($code, 0, '... a reload works') or diag($said);
}
is($h->stop, 0, 'it stops with 0');
is($h->reports, '', 'no report of a sanitizer');
unlike($h->log, qr/(control|resolver) \(pid \d+\) (was killed|exited)/, 'only workers died');
done_testing();
