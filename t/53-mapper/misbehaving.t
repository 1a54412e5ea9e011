# SPDX-License-Identifier: BSD-2-Clause
# Scripts that cannot be interrupted, and those that turn against what runs them: each costs its own
# request alone, which goes to the next route, and is told with its file and the reason; other keys
# are answered meanwhile, with one process and with two.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing short_limit);
use Time::HiRes qw(time);

my %scripts = (python => <<'PYTHON', lua => <<'LUA');
import ctypes, os, signal, sys, threading, time

class Unprintable(Exception):
    def __str__(self): raise RuntimeError('no words')
    __repr__ = __str__

class Text(str):
    def encode(self, *a): raise RuntimeError('no bytes')

def pieces():
    yield 1
    raise ValueError('in the middle')

def ignore():
    for n in range(1, 32):
        try: signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError): pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))

def get(key):
    if key == 'fine': return '$NODE'
    if key == 'block signals':
        ignore()
        time.sleep(1000)
    if key == 'block spin':
        ignore()
        while True: pass
    if key == 'block swallow':
        while True:
            try:
                while True: pass
            except BaseException: pass
    if key == 'block in C': ctypes.PyDLL(None).sleep(1000)
    if key == 'block stopped': os.kill(os.getpid(), signal.SIGSTOP)
    if key == 'block print':
        while True: print('without end')
    if key == 'block lock': threading.Lock().acquire() and threading.Event().wait()
    if key == 'block fork':
        for n in range(50):
            if os.fork() == 0: time.sleep(1000)
        time.sleep(1000)
    if key == 'closerange': os.closerange(0, 100)
    if key == 'generator': next(pieces()); return pieces()
    if key == 'in a generator': return ''.join(map(str, pieces()))
    if key == 'unprintable': return Unprintable()
    if key == 'raise unprintable': raise Unprintable()
    if key == 'raise interrupt': raise KeyboardInterrupt()
    if key == 'raise exit': raise GeneratorExit()
    if key == 'surrogate': return '\ud800'
    if key == 'fork and exit':
        if os.fork() != 0: os._exit(0)
        time.sleep(1000)
    if key == 'no stderr':
        sys.stderr = sys.stdout = None
        raise ValueError('unheard')
    if key == 'stderr raises':
        class Bad:
            def write(self, text): raise OSError('full')
        sys.stderr = Bad()
        raise ValueError('loud')
    if key == 'subclass': return Text('$NODE')
    if key == 'handlers':
        for n in (1, 2, 14, 15): signal.signal(n, lambda *a: os._exit(9))
        signal.setitimer(signal.ITIMER_REAL, 1000)
        return '$NODE'
    if key == 'threads':
        def spin():
            until = time.time() + 0.2
            while time.time() < until: pass
        for n in range(4): threading.Thread(target=spin).start()
        return '$NODE'
    if key == 'thread raises':
        threading.Thread(target=lambda: sys.exit(3)).start()
        threading.Thread(target=lambda: 1 / 0).start()
        return '$NODE'
    if key == 'daemon':
        child = os.fork()
        if child == 0:
            os.setsid()
            if os.fork() != 0: os._exit(0)
            os.write(1, b'daemon %d\n' % os.getpid())
            time.sleep(1000)
            os._exit(0)
        os.waitpid(child, 0)
        return '$NODE'
PYTHON
local function deep(key) return deep(key) .. 'x' end
local unprintable = setmetatable({}, { __tostring = function() error('no words') end })

function get(key)
	if key == 'fine' then return '$NODE' end
	if key == 'block spin' then while true do end end
	if key == 'block hook' then debug.sethook(); while true do end end
	if key == 'block pcall' then while true do pcall(function() while true do error('again') end end) end end
	if key == 'block in C' then return string.rep('a', 40):find(string.rep('a*', 30) .. 'b') end
	if key == 'block print' then while true do io.write('without end\n') end end
	if key == 'block coroutine' then coroutine.wrap(function() while true do end end)() end
	if key == 'os.exit' then os.exit(3) end
	if key == 'yield' then coroutine.yield(1) end
	if key == 'error object' then error({ code = 1 }) end
	if key == 'error nil' then error(nil) end
	if key == 'raise unprintable' then error(unprintable) end
	if key == 'unprintable' then return unprintable end
	if key == 'recursion' then return deep(key) end
	if key == 'rep' then return string.rep('x', 1 << 40) end
	if key == 'rep loop' then local kept = 'x'; while true do kept = kept .. kept end end
	if key == 'number' then return 5 end
	if key == 'coroutine' then return coroutine.create(get) end
	if key == 'kill' then os.execute('kill -9 $PPID') end
	if key == 'handler' then debug.setmetatable('', { __index = function() error('no methods') end }); return key:upper() end
	if key == 'no globals' then string, os, error = nil; return string.rep('x', 3) end
	if key == 'gc' then setmetatable({}, { __gc = function() error('in the end') end }); collectgarbage(); return '$NODE' end
	if key == 'close' then io.stdout:close(); io.stderr:close(); return '$NODE' end
end
LUA

my $late = qr/has been asked for %s for \d+ ms, ten times the limit: killed/;
my %told = (python => {
	(map { $_ => $late } 'block signals', 'block spin', 'block swallow', 'block in C', 'block stopped', 'block print', 'block lock', 'block fork'),
	closerange => qr/process \d+ (?:was killed by signal 9|has exited with status [01]), asked for closerange/,
	generator => qr/no answer for generator: has returned generator/,
	'in a generator' => qr/no answer for in a generator: line \d+: ValueError: in the middle/,
	unprintable => qr/no answer for unprintable: has returned Unprintable/,
	'raise unprintable' => qr/no answer for raise unprintable: line \d+: Unprintable/,
	'raise interrupt' => qr/no answer for raise interrupt: line \d+: KeyboardInterrupt/,
	'raise exit' => qr/no answer for raise exit: line \d+: GeneratorExit/,
	surrogate => qr/no answer for surrogate: .*UnicodeEncodeError/,
	'fork and exit' => qr/process \d+ has exited with status 0, asked for fork and exit/,
	'no stderr' => qr/no answer for no stderr: line \d+: ValueError: unheard/,
	'stderr raises' => qr/no answer for stderr raises: line \d+: ValueError: loud/,
}, lua => {
	(map { $_ => $late } 'block spin', 'block hook', 'block pcall', 'block in C', 'block print', 'block coroutine'),
	'os.exit' => qr/no answer for os\.exit: line \d+: called os\.exit/,
	yield => qr/no answer for yield: .*attempt to yield/,
	'error object' => qr/no answer for error object: table: /,
	'error nil' => qr/no answer for error nil: nil/,
	'raise unprintable' => qr/no answer for raise unprintable: /,
	unprintable => qr/no answer for unprintable: has returned table/,
	recursion => qr/no answer for recursion: .*stack overflow/,
	rep => qr/no answer for rep: .*(?:not enough memory|resulting string too large)/,
	'rep loop' => qr/no answer for rep loop: .*not enough memory/,
	number => qr/no answer for number: has returned number/,
	coroutine => qr/no answer for coroutine: has returned thread/,
	'kill' => qr/process \d+ was killed by signal 9, asked for kill/,
	handler => qr/no answer for handler: line \d+: no methods/,
	'no globals' => qr/no answer for no globals: line \d+: attempt to index a nil value/,
});
my %last = (python => [], lua => ['handler', 'no globals']);	# nothing but "fine" works behind them
delete @{ $told{lua} }{'rep', 'rep loop'} if Heddle::sanitized();	# they need terabytes
my %well = (python => [qw(subclass handlers threads daemon fine), 'thread raises'], lua => [qw(gc close fine)]);
my $limit = short_limit();
time_limit(600);

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	my $end = { python => 'py', lua => 'lua' }->{$language};
	for my $processes (Heddle::sanitized() ? 2 : (1, 2)) {
		subtest("$language, $processes" => sub {
			plan(skip_all => $missing) if $missing;
			my $m = scripted(script => "{file: get.$end, limit: ${limit}ms, processes: $processes}",
				files => { "get.$end" => $scripts{$language} },
				more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
			my $h = $m->running;
			my $fine = sub {
				my $began = time;
				is($m->ask('fine'), 'node 0/0', "$_[0]: another key is answered");
				cmp_ok(time - $began, '<', $limit / 1000 + in_time(1), '... within the limit');
			};
			my @keys = sort keys %{ $told{$language} };
			is($m->ask('fine'), 'node 0/0', 'a call');
			my $fails = sub {
				my ($key) = @_;
				is($m->ask($key), 'spare 0/0', "$key: the next route");
				$fine->($key);
				# ten lines a second at most: it may have been one too many
				my $line = qr/script \S+get\.$end: $told{$language}{$key}/;
				ok(until_true(sub { $m->count($line) || do { $m->ask($key); 0 } }, 20), '... told') or diag($m->log);
			};
			my %is_last = map { $_ => 1 } @{ $last{$language} };
			$fails->($_) for grep { !/^block/ && !$is_last{$_} } @keys;
			my @block = grep { /^block/ } @keys;
			@block = @block[0, 1] if $processes == 1;	# they take their time
			while (my @now = splice @block, 0, $processes) {
				my @waiting = map { $m->begin($_) } @now;
				$fine->("@now") for 1 .. 3;
				is(Heddle::Script::answer($_), 'spare 0/0', "@now: the next route") for @waiting;
				$fine->("@now, late");
				$_->close for @waiting;
				for my $key (@now) {
					my $told = $late =~ s/%s/$key/r;
					ok($m->wait_log(qr/script \S+get\.$end: process \d+ $told/, 1, $limit / 50), "$key: told, and killed") or diag($m->log);
				}
			}
			is($m->ask($_), 'node 0/0', "$_: answered") for @{ $well{$language} };
			if ($m->log =~ /daemon (\d+)/) {
				my $daemon = $1;
				ok(until_true(sub { !kill 0, $daemon }, 10), 'a daemon does not stay');
			}
			$fails->($_) for @{ $last{$language} };
			ok(until_true(sub { my $now = $m->processes; $now > $processes && $now <= 2 * ($processes + 1) }, 10), 'as many processes as there may be') or diag(join ' ', $m->processes);
			$fine->('in the end');
			$h->finish;
		});
	}
}
done_testing();
