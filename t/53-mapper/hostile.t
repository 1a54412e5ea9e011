# SPDX-License-Identifier: BSD-2-Clause
# Scripts that do worse than those of bad_scripts.t: results of all types, errors whose words are no
# words, interpreters taken apart, raw system calls, floods of output. Each is told, and costs its
# own request alone: the next one is answered.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my %scripts = (python => <<'PYTHON', lua => <<'LUA');
import builtins, ctypes, gc, os, resource, signal, sys, threading, time

class Odd(Exception):
    def __str__(self): return 5

class Bytes(bytes):
    def __len__(self): return 10 ** 9
    def __bytes__(self): raise RuntimeError('none')

class Last:
    def __del__(self): raise RuntimeError('in the end')

class Own(BaseException): pass

def deep(n): return deep(n + 1)

def get(key):
    if key == 'fine': return '$NODE'
    if key == 'list': return ['$NODE']
    if key == 'tuple': return ('$NODE', 1)
    if key == 'bool': return True
    if key == 'huge int': return 10 ** 5000
    if key == 'class': return Odd
    if key == 'big bytes': return b'x' * 10000000
    if key == 'big raise': raise ValueError('y' * 10000000)
    if key == 'surrogates': return '$NODE,\udc00\ud800'
    if key == 'not utf-8': return b'\xff\xfe\x80'
    if key == 'newline': return '$NODE\n127.0.0.1:1'
    if key == 'raise base': raise Own('of its own')
    if key == 'raise odd': raise Odd()
    if key == 'raise class': raise BaseException
    if key == 'raise group': raise ExceptionGroup('some', [ValueError('one'), Own and KeyError('two')])
    if key == 'raise control': raise ValueError('a\x1b[31mb\x00c\rd')
    if key == 'exit text': sys.exit('a sentence')
    if key == 'abort': os.abort()
    if key == 'segv': os.kill(os.getpid(), signal.SIGSEGV)
    if key == 'kill group': os.killpg(0, signal.SIGTERM)
    if key == 'stack':
        sys.setrecursionlimit(10 ** 9)
        threading.stack_size(65536)
        return deep(0)
    if key == 'files':
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
        open('/dev/null')
    if key == 'no modules':
        kept = dict(sys.modules)
        sys.modules.clear()
        try: raise ValueError('without modules')
        finally: sys.modules.update(kept)
    if key == 'no builtins':
        kept = builtins.print
        builtins.print = None
        try: print('x')
        finally: builtins.print = kept
    if key == 'hook':
        def bad(*a): raise RuntimeError('hook')
        sys.excepthook = bad
        raise ValueError('hooked')
    if key == 'unraisable':
        Last()
        return '$NODE'
    if key == 'bytes subclass': return Bytes(b'$NODE')
    if key == 'raw fork':
        child = ctypes.CDLL(None).syscall({'x86_64': 57}.get(os.uname().machine, 57)) if os.uname().machine == 'x86_64' else os.fork()
        if child != 0: os.waitpid(child, 0)
        return '$NODE' if child != 0 else '$DEAD'
    if key == 'fork thread':
        def forks():
            if os.fork() == 0: time.sleep(1000)
        t = threading.Thread(target=forks)
        t.start()
        t.join()
        return '$NODE'
    if key == 'chdir':
        os.chdir('/')
        return '$NODE'
    if key == 'trace':
        sys.settrace(lambda *a: None)
        return '$NODE'
    if key == 'alarm':
        signal.signal(signal.SIGALRM, lambda *a: None)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        return '$NODE'
    if key == 'no alarm':
        signal.setitimer(signal.ITIMER_REAL, 0)
        return '$NODE'
    if key == 'no collector':
        gc.disable()
        return '$NODE'
    if key == 'long line':
        os.write(1, b'z' * 3000000)
        os.write(2, b'\0\xff\x1b' * 100000 + b'\n')
        return '$NODE'
    if key == 'flood':
        def writes():
            until = time.time() + 2
            while time.time() < until: os.write(2, b'flood\n' * 100)
        for n in range(4): threading.Thread(target=writes, daemon=True).start()
        return '$NODE'
    if key == 'env':
        os.environ.clear()
        return '$NODE'
PYTHON
local times = 0
local odd = setmetatable({}, { __tostring = function() times = times + 1; if times > 1 then error('only once') end; return 'once' end })
local none = setmetatable({}, { __tostring = function() return 5 end })
local function fill(t) for i = 1, 1 << 40 do t[i] = { i } end end

function get(key)
	if key == 'fine' then return '$NODE' end
	if key == 'table' then return { '$NODE' } end
	if key == 'boolean' then return true end
	if key == 'function' then return get end
	if key == 'float' then return 0 / 0 end
	if key == 'big' then return string.rep('x', 10000000) end
	if key == 'big error' then error(string.rep('y', 10000000)) end
	if key == 'nul' then return '$NODE\0' end
	if key == 'newline' then return '$NODE\n127.0.0.1:1' end
	if key == 'error once' then error(odd) end
	if key == 'error none' then error(none) end
	if key == 'error control' then error('a\27[31mb\0c\rd') end
	if key == 'error level' then error('somewhere', 50) end
	if key == 'segv' then os.execute('kill -SEGV $PPID') end
	if key == 'bytecode' then return load('\27Lua' .. string.rep('\255', 100))() end
	if key == 'memory' then fill({}) end
	if key == 'gc stop' then collectgarbage('stop'); local ok, why = pcall(fill, {}); collectgarbage('restart'); error(why) end
	if key == 'close' then local t <close> = setmetatable({}, { __close = function() error('closing') end }); return '$NODE' end
	if key == 'require' then return require('no such thing') end
	if key == 'traceback' then debug.traceback = error; error('traced') end
	if key == 'strings' then
		getmetatable('').__tostring = function() error('no text') end
		error('strings')
	end
	if key == 'strings back' then getmetatable('').__tostring = nil; return '$NODE' end
	if key == 'two' then return '$NODE', '$DEAD' end
	if key == 'popen' then local f = io.popen('echo $NODE'); local a = f:read(); f:close(); return a end
	if key == 'stdin' then return io.read('a') == '' and '$NODE' or nil end
	if key == 'debug' then debug.debug(); return '$NODE' end
	if key == 'long line' then io.write(string.rep('z', 3000000)); io.stderr:write(string.rep('\0\255\27', 100000), '\n'); return '$NODE' end
	if key == 'locale' then os.setlocale('C'); return '$NODE' end
end
LUA

my $version = `python3 -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null` =~ /True/;
my %told = (python => {
	(map { my ($key, $type) = @$_; $key => qr/no answer for \Q$key\E: has returned $type, not an address/ }
		['list', 'list'], ['tuple', 'tuple'], ['bool', 'bool'], ['huge int', 'int'], ['class', 'type']),
	'big bytes' => qr/no answer for big bytes: has returned 10000000 bytes/,
	'big raise' => qr/no answer for big raise: line \d+: ValueError: yyy/,
	surrogates => qr/no answer for surrogates: .*UnicodeEncodeError/,
	'not utf-8' => qr/web: route script: /,
	newline => qr/web: route script: /,
	'raise base' => qr/no answer for raise base: line \d+: (?:\w+\.)?Own: of its own/,
	'raise odd' => qr/no answer for raise odd: line \d+: (?:\w+\.)?Odd/,
	'raise class' => qr/no answer for raise class: line \d+: BaseException/,
	$version ? ('raise group' => qr/no answer for raise group: line \d+: ExceptionGroup: some/) : (),
	'raise control' => qr/no answer for raise control: line \d+: ValueError: a[^\x1b\n]*b/,
	'exit text' => qr/no answer for exit text: line \d+: called sys\.exit\(\)/,
	abort => qr/process \d+ was killed by signal 6, asked for abort/,
	segv => qr/process \d+ was killed by signal 11, asked for segv/,
	'kill group' => qr/process \d+ was killed by signal 15, asked for kill group/,
	stack => qr/process \d+ was killed by signal \d+, asked for stack|no answer for stack: line \d+: (?:Recursion|Memory)Error/,
	files => qr/no answer for files: line \d+: OSError/,
	'no modules' => qr/no answer for no modules: line \d+: ValueError: without modules/,
	'no builtins' => qr/no answer for no builtins: line \d+: TypeError/,
	hook => qr/no answer for hook: line \d+: ValueError: hooked/,
}, lua => {
	(map { my ($key, $type) = @$_; $key => qr/no answer for $key: has returned $type, not an address/ }
		['table', 'table'], ['boolean', 'boolean'], ['function', 'function'], ['float', 'number']),
	big => qr/no answer for big: has returned 10000000 bytes/,
	'big error' => qr/no answer for big error: line \d+: yyy/,
	nul => qr/web: route script: the address has a NUL/,
	newline => qr/web: route script: /,
	'error once' => qr/no answer for error once: (?:once|line \d+: only once)/,
	'error none' => qr/no answer for error none: /,
	'error control' => qr/no answer for error control: line \d+: a[^\x1b\n]*b/,
	'error level' => qr/no answer for error level: somewhere/,
	segv => qr/process \d+ was killed by signal 11, asked for segv/,
	bytecode => qr/no answer for bytecode: line \d+: attempt to call a nil value/,
	memory => qr/no answer for memory: not enough memory/,
	'gc stop' => qr/no answer for gc stop: .*not enough memory/,
	close => qr/no answer for close: line \d+: closing/,
	require => qr/no answer for require: line \d+: module 'no such thing' not found/,
	traceback => qr/no answer for traceback: line \d+: traced/,
	strings => qr/no answer for strings: /,
});
delete @{ $told{python} }{qw(stack)} if Heddle::sanitized();	# they watch the stack
delete @{ $told{lua} }{'memory', 'gc stop'} if Heddle::sanitized();	# they need terabytes
my %well = (python => ['unraisable', 'bytes subclass', 'raw fork', 'fork thread', 'chdir', 'trace', 'alarm', ('fine') x 20, 'no alarm',
		'no collector', 'long line', 'flood', ('fine') x 20, 'env', 'fine'],
	lua => ['strings back', qw(two popen stdin debug), 'long line', 'locale', 'fine']);

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	my $end = { python => 'py', lua => 'lua' }->{$language};
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $m = scripted(script => "{file: get.$end, limit: 5s}", files => { "get.$end" => $scripts{$language} },
			more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
		my $h = $m->running;
		for my $key (sort keys %{ $told{$language} }) {
			is($m->ask($key), 'spare 0/0', "$key: the next route");
			is($m->ask('fine'), 'node 0/0', '... and the next request is answered');
			ok(until_true(sub { $m->count($told{$language}{$key}) || do { $m->ask($key); 0 } }, 20), '... told') or diag($m->log);
		}
		is($m->ask($_), 'node 0/0', $_) for @{ $well{$language} };
		unlike($m->log, qr/[\x00-\x08\x0b-\x1f]/, 'nothing in the log steers a terminal');
		cmp_ok(length $m->log, '<', 2000000, '... which is not filled');
		$h->finish;
	});
}
done_testing();
