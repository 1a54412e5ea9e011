# SPDX-License-Identifier: BSD-2-Clause
# Scripts that fill caches, at the start and by each reload, by the functions of uWSGI; scripts of
# routes have the same functions.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python') || script_missing('lua');
plan(skip_all => $missing) if $missing;

# The example of the documentation, with another address, and more.
my $fill = <<'PYTHON';
import uwsgi
# Requests for example.com on port 8000 will go to $NODE
uwsgi.cache_set("example.com:8000", "$NODE")
# Requests for unbit.it will go to $NODE with the modifier1 set to 5 (perl/PSGI)
uwsgi.cache_set("unbit.it", "$NODE,5")

print('again', uwsgi.cache_set("unbit.it", "$DEAD"), uwsgi.cache_update("updated", "$NODE,6"))
print('get', uwsgi.cache_get("unbit.it"), uwsgi.cache_get("nothing"))
print('exists', uwsgi.cache_exists("unbit.it"), uwsgi.cache_exists("nothing"))
uwsgi.cache_set(b"bytes", b"$NODE,7", 0, "hosts")
uwsgi.cache_set("second", "$NODE,8", 3600, "second")
uwsgi.cache_set("gone", "$NODE"); print('del', uwsgi.cache_del("gone"), uwsgi.cache_exists("gone"))
print('no such cache', uwsgi.cache_set("a", "b", 0, "third"))
try: uwsgi.cache_set("a", "b", 0, "hosts@127.0.0.1:3031")
except OSError as e: print('remote', e)
PYTHON
my $top = "caches:\n  hosts: {script: '\$DIR/fill.py'}\n  second: {script: '\$DIR/second.lua'}\n";
my $routes = "      - cache: hosts\n      - {name: second, cache: second}\n      - {script: {file: get.py, limit: 10s}}\n";

on_each_event(sub {
	my $m = scripted(top => $top, routes => $routes, files => { 'fill.py' => $fill,
		'second.lua' => "uwsgi.cache_set('lua', '\$NODE,9')\nprint('lua ' .. uwsgi.cache_get('lua'))\n",
		'get.py' => "import uwsgi\ndef get(key):\n    uwsgi.cache_set(key, '\$NODE,1,1', 0, 'second')\n    return '\$NODE,2,2'\n" });
	my $h = $m->running;
	ok($m->wait_log(qr/notice mapper\S* cache hosts: script \S+fill\.py has run/), 'the script has run');
	ok($m->wait_log(qr/notice mapper\S* cache second: script \S+second\.lua has run/), '... and that in Lua');
	my %expected = ('example.com:8000' => 'node 0/0', 'unbit.it' => 'node 5/0', updated => 'node 6/0',
		bytes => 'node 7/0', second => 'node 8/0', lua => 'node 9/0');
	is($m->ask($_), $expected{$_}, $_) for sort keys %expected;
	my $node = $m->{node}->address;
	ok($m->wait_log($_), $_) for qr/info .*: again None True$/m, qr/: get b'\Q$node\E,5' None$/m, qr/: exists True None$/m,
		qr/: del True None$/m, qr/: no such cache None$/m, qr/: remote a script of heddle has only the caches of this heddle/,
		qr/: lua \Q$node\E,9$/m;
	is($m->ask('by.route'), 'node 2/2', 'a script of a route');
	is($m->ask('by.route'), 'node 1/1', '... sets an item');

	$m->put('fill.py', "import uwsgi\nuwsgi.cache_clear()\nuwsgi.cache_set('new', '\$NODE,3')\n");
	my ($code, $out) = $h->reload($m->yaml);
	is($code, 0, 'a reload') or diag($out);
	ok(until_true(sub { $m->ask('new') eq 'node 3/0' }, 10), '... runs the scripts again');
	$m->put('fill.py', "import uwsgi\nraise KeyError('none')\n");
	($code, $out) = $h->reload($m->yaml);
	is($code, 0, 'a script that fails') or diag($out);
	ok($m->wait_log(qr/error mapper\S* cache hosts: script \S+fill\.py: line 2: KeyError: 'none'/), '... is told');
	is($m->ask('new'), 'node 3/0', '... and the items stay');
	$m->put('fill.py', "import uwsgi\n)\n");
	($code, $out) = $h->reload($m->yaml);
	like("$code $out", qr/^1 .*caches\.hosts\.script: \S+fill\.py:2: SyntaxError/, 'one that cannot be compiled refuses the reload');

	# One that goes on: it is ended by the next reload.
	$m->put('fill.py', "import os, time, uwsgi\nuwsgi.cache_update('pid', '\$NODE,4')\nprint('pid %d' % os.getpid())\ntime.sleep(1000)\n");
	($code, $out) = $h->reload($m->yaml);
	ok($m->wait_log(qr/script \S+fill\.py: pid (\d+)/), 'a script that does not end');
	my ($pid) = $m->log =~ /fill\.py: pid (\d+)/;
	($code, $out) = $h->reload($m->yaml(top => "caches: {hosts: {}, second: {}}\n"));
	is($code, 0, 'the caches have no scripts any more') or diag($out);
	ok(until_true(sub { !kill 0, $pid }, 10), '... and it is ended');
	is($m->ask('pid'), 'node 4/0', '... what it has set stays');
	$h->finish;
});
