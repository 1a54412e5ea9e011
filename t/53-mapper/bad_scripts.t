# SPDX-License-Identifier: BSD-2-Clause
# Scripts that do what they should not: each is told in the log, and costs its own request alone,
# which goes to the next route; the next request of the same script is answered.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $script = <<'PYTHON';
import ctypes, os, subprocess, sys, threading, time

pid = os.getpid()

def get(key):
    if key == 'fine': return '$NODE'
    if key == 'raise': raise ValueError('no such\nsite')
    if key == 'number': return 5
    if key == 'object': return object()
    if key == 'big': return '$NODE,' + 'x' * 10000000
    if key == 'nul': return '$NODE\0'
    if key == 'sys.exit': sys.exit(3)
    if key == 'os._exit': os._exit(3)
    if key == 'crash': ctypes.string_at(0)
    if key == 'recursion': return get(key)
    if key == 'memory':
        kept = []
        while True: kept.append(bytearray(10000000))
    if key == 'print':
        print('on standard output')
        sys.stderr.write('on standard error\n')
        return '$NODE'
    if key == 'fork':
        child = os.fork()
        if child == 0: return '$DEAD'
        os.waitpid(child, 0)
        return '$NODE'
    if key == 'fork and stay':
        child = os.fork()
        if child == 0:
            try: os.write(3, b'x' * 10000)
            finally: time.sleep(1000)
        print('forked %d' % child)
        return '$NODE'
    if key == 'run': return subprocess.run(['echo', '$NODE'], stdout=subprocess.PIPE).stdout.strip()
    if key == 'stdin': return '$NODE' if sys.stdin.read() == '' else None
    if key == 'close':
        os.close(3)
        return '$NODE'
    if key == 'write':
        os.write(3, b'x' * 10000)
        return '$NODE'
    if key == 'signal': os.kill(pid, 15)
    if key == 'thread': return '$NODE' if counted > 0 else None

counted = 0
def count():
    global counted
    while True:
        counted += 1
        time.sleep(0.01)
threading.Thread(target=count, daemon=True).start()
PYTHON

my %told = (
	'raise' => qr/script \S+: no answer for raise: line 7: ValueError: no such site/,
	number => qr/no answer for number: has returned int, not an address/,
	object => qr/no answer for object: has returned object, not an address/,
	big => qr/no answer for big: has returned 100000\d\d bytes, which is no address/,
	nul => qr/web: route script: the address has a NUL/,
	'sys.exit' => qr/no answer for sys\.exit: line \d+: called sys\.exit\(\)/,
	'os._exit' => qr/script \S+: process \d+ has exited with status 3, asked for os\._exit/,
	crash => qr/process \d+ was killed by signal \d+, asked for crash/,
	recursion => qr/no answer for recursion: line \d+: RecursionError: maximum recursion depth/,
	memory => qr/no answer for memory: line \d+: MemoryError/,
	close => qr/process \d+ (?:was killed by signal 9|has exited with status [01]), asked for close/,
	'write' => qr/process \d+ (?:was killed by signal 9|has exited with status [01]), asked for write/,
	signal => qr/process \d+ was killed by signal 15, asked for signal/,
);
delete $told{memory} if Heddle::sanitized();	# they need terabytes

on_each_event(sub {
	my $m = scripted(script => '{file: get.py, limit: 10s}', files => { 'get.py' => $script },
		more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
	my $h = $m->running;
	for my $key (sort keys %told) {
		is($m->ask($key), 'spare 0/0', "$key: the next route");
		is($m->ask('fine'), 'node 0/0', '... and the next request is answered');
		ok($m->wait_log($told{$key}), '... told') or diag($m->log);
	}
	ok($m->wait_log(qr/warn mapper\S* script \S+get\.py: Traceback/), 'tracebacks are in the log');
	is($m->ask('print'), 'node 0/0', 'print');
	ok($m->wait_log(qr/info mapper\S* script \S+get\.py: on standard output/), '... is info');
	ok($m->wait_log(qr/warn mapper\S* script \S+get\.py: on standard error/), '... or warn');
	is($m->ask($_), 'node 0/0', $_) for 'fork', 'fork and stay', 'run', 'stdin', 'thread', 'fine';

	# What a script has forked goes with its process, and its answers are nobody's.
	ok($m->wait_log(qr/forked \d+/), 'a child that stays');
	my ($child) = $m->log =~ /forked (\d+)/;
	ok(kill(0, $child), '... lives');
	my @killed = $m->processes;
	kill 'KILL', @killed;
	ok(until_true(sub { !kill 0, $child }, 10), '... and ends with the process of the script');
	# Before the mapper process has seen their end it would ask one of them.
	until_true(sub { my %now = map { $_ => 1 } $m->processes; !grep { $now{$_} } @killed }, 10);
	is($m->ask('fine'), 'node 0/0', 'another process answers');
	$h->finish;
});
