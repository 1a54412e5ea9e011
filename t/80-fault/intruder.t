# SPDX-License-Identifier: BSD-2-Clause
# A stranger has taken over a worker and overwrites all of the shared memory; then the worker
# dies. The master and the control process live, and everything is as before.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

# Start and length of the memory that all processes share.
sub shared_memory {
	my ($pid) = @_;
	no warnings 'portable';
	my ($from, $to) = Heddle::read_file("/proc/$pid/maps") =~
		/^([0-9a-f]+)-([0-9a-f]+) rw-s .*memfd:heddle/m or return;
	return (hex $from, hex($to) - hex $from);
}

# Each pattern is one way to be wrong: HELD, TAKING and no state at all, of cells far away.
my %patterns = (
	'HOLD_HELD everywhere' => sub { "\x02" x $_[0] },
	'HOLD_TAKING everywhere' => sub { "\x01" x $_[0] },
	'all bits' => sub { "\xff" x $_[0] },
	'random bytes' => sub { srand 4; pack 'C*', map { int rand 256 } 1 .. $_[0] },
);

sub scribble {
	my ($pid, $pattern) = @_;
	my ($at, $size) = shared_memory($pid) or return 0;
	open my $memory, '+<:raw', "/proc/$pid/mem" or return 0;
	sysseek $memory, $at, 0 or return 0;
	return (syswrite($memory, $patterns{$pattern}->($size)) // 0) == $size;
}

plan skip_all => 'not the system for it' if $^O ne 'linux' || $> != 0;
on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($port, $other) = (free_port, free_port);
	for my $pattern (sort keys %patterns) {
		my $yaml = <<"YAML";
services:
  web:
    listen: 127.0.0.1:$port
    passive: {retry: 100ms}
    max_connections: 100
    backends: [${\addresses($one)}]
max_backends: 100
max_services: 50
worker_sessions: 64
YAML
		my $h = heddle($yaml, workers => 2);
		my @held = one_each($port, 4);
		my ($victim) = my @before = $h->worker_pids;
		my $control = $h->control_pid;
		ok(scribble($victim, $pattern), "$pattern: written");
		$h->kill_worker($victim);
		ok($h->wait_for(sub { $h->health == 200 && !grep { $_ == $victim } $h->worker_pids },
			20, 'a worker'), '... another worker serves');
		$h->kill_worker($_) for grep { $_ != $victim } @before;
		ok($h->wait_for(sub { (() = $h->worker_pids) == 2 && $h->health == 200 }, 20,
			'workers'), '... new workers serve, and the control process says so');
		ok($h->wait_for(sub { ($h->control_pid // 0) == $control }, 5, 'it'),
			'... it is the same one');
		@held = ();
		is($h->wait_for(sub { eval { who($port) eq 'one' } }, 20, 'one'), 1, '... clients too');
		my ($code, $said) = $h->reload($yaml =~ s{^services:\n}{services:
  more: {listen: "127.0.0.1:$other", backends: [${\addresses($two)}]}\n}r);
		is($code, 0, '... a reload is applied') or diag($said);
		is(who($other), 'two', '... and serves');
		is($h->stop, 0, '... and the master ends as it should');
		is($h->reports, '', '... no report of a sanitizer');
		unlike($h->log, qr/(?:master|control) .*(?:signal|exited)/, '... nobody else died');
	}
});
