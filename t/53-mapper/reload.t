# SPDX-License-Identifier: BSD-2-Clause
# A reload loads scripts again, whatever else has changed; what cannot be loaded leaves what there
# was; the mapper process is there as long as a route has a script.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $get = sub { "from other import number\ndef get(key):\n    return '\$NODE,$_[0],%d' % number\n" };

on_each_event(sub {
	my $m = scripted(script => '{file: get.py, limit: 10s, cache_for: 1h}',
		files => { 'get.py' => $get->(1), 'other.py' => "number = 1\n" });
	my $h = $m->running;
	my $reload = sub { my ($code, $out) = $h->reload($m->yaml(@_)); return "$code $out" };
	is($m->ask('a'), 'node 1/1', 'a script');
	is($m->mapper_pid > 0, 1, '... has a mapper process');

	# Nothing but the script has changed, and then nothing but what it imports.
	for my $turn (2 .. 4) {
		$m->put('get.py', $get->($turn < 4 ? $turn : 3));
		$m->put('other.py', "number = $turn\n");
		like($reload->(), qr/^0 /, 'a reload');
		ok($m->wait_log(qr/loaded again/, $turn - 1), '... loads the script again');
		ok(until_true(sub { $m->ask('a') eq 'node ' . ($turn < 4 ? $turn : 3) . "/$turn" }, 10), "... and it answers, turn $turn");
	}

	# A mistake that can be seen refuses the reload; one that shows when it is loaded does not.
	$m->put('get.py', "def get(key):\n    return 'x'\ndef broken(:\n");
	my $out = $reload->();
	like($out, qr/^1 .*routes\.script\.script: \S+get\.py:3: SyntaxError: invalid syntax/s, 'a syntax error refuses a reload, with its line');
	is($m->ask('a'), 'node 3/4', '... and the script goes on');
	$m->put('get.py', "raise RuntimeError('not today')\ndef get(key):\n    return '\$NODE'\n");
	like($reload->(), qr/^0 /, 'a script that cannot be loaded');
	ok($m->wait_log(qr/error .*script \S+get\.py: not loaded again, the processes that loaded it before go on: line 1: RuntimeError: not today/), '... is told');
	is($m->ask('b'), 'node 3/4', '... and those that have loaded it go on');
	$m->put('get.py', $get->(7));
	like($reload->(), qr/^0 /, 'it is mended');
	ok(until_true(sub { $m->ask('a') eq 'node 7/4' }, 10), '... and loaded');

	# Another limit, another file, a second script, and none.
	like($reload->(script => '{file: get.py, limit: 9s}'), qr/^0 /, 'another limit');
	ok(until_true(sub { $m->ask('a') eq 'node 7/4' }, 10), '... is another script');
	$m->put('two.py', "def find(key):\n    return '\$NODE,2'\n");
	my $two = "      - {name: two, script: {file: two.py, function: find, limit: 10s}}\n";
	like($reload->(routes => $two), qr/^0 /, 'another file');
	ok(until_true(sub { $m->ask('a') eq 'node 2/0' }, 10), '... and another function');
	ok(until_true(sub { $m->processes == 2 }, 10), '... the processes of the script before have ended') or diag(join ' ', $m->processes);
	like($reload->(routes => "      - {pattern: '\$DIR/%s'}\n"), qr/^0 /, 'no script');
	ok(until_true(sub { !$m->mapper_pid }, 10), '... and no mapper process');
	is($m->ask('a'), 'unknown', '... and no node');
	like($reload->(routes => $two), qr/^0 /, 'a script again');
	ok(until_true(sub { $m->ask('a') eq 'node 2/0' }, 10), '... has a mapper process again');

	# A request that waits for a script which goes away.
	$m->put('slow.py', "import time\ndef get(key):\n    time.sleep(1000)\n");
	my $spare = "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n";
	like($reload->(routes => "      - {name: slow, script: {file: slow.py, limit: 30s}}\n$spare"), qr/^0 /, 'a script that blocks');
	my @waiting = map { $m->begin('a') } 1 .. 3;
	ok(until_true(sub { ($h->service('web') // {})->{sessions_active} == 3 }, 10), 'requests wait for it');
	$waiting[2]->close;
	like($reload->(routes => "      - {name: slow, script: {file: two.py, function: find, limit: 10s}}\n$spare"), qr/^0 /, 'the route gets another script');
	is(Heddle::Script::answer($_), 'node 2/0', '... those that wait ask that one') for @waiting[0, 1];
	$_->close for @waiting[0, 1];
	$h->finish;
});
