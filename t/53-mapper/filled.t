# SPDX-License-Identifier: BSD-2-Clause
# Keys were unknown for a moment after a start: clients wait until the script of a cache has run, and
# not for one that fails or does not end.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Script qw(script_missing);
use Time::HiRes qw(time);

plan(skip_all => script_missing('python')) if script_missing('python');
my $one = backend('uwsgi', name => 'one');
my $address = $one->address;
my $dir = File::Temp->newdir('heddle-filled-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;

sub with_script {
	my ($text) = @_;
	Heddle::write_file("$dir/fill.py", $text);
	chmod 0644, "$dir/fill.py";
	return cached(workers => 2, cache => "script: $dir/fill.py");
}

my $c = with_script("import time, uwsgi\ntime.sleep(0.5)\nuwsgi.cache_set('last.test', '$address')\n");
my @clients = map { $c->begin('last.test') } 1 .. 8;
is(join(' ', map { $c->answer($_) } @clients), join(' ', ('one 0/0') x 8), 'a key that a slow script sets');
$c->heddle->stop;
# A process that is killed says nothing about its script.
mkdir "$dir/notes";
chmod 0777, "$dir/notes";
$c = with_script(<<"PYTHON");
import os, signal, time, uwsgi
uwsgi.cache_set('first.test', '$address')
if not os.path.exists('$dir/notes/killed'):
    open('$dir/notes/killed', 'w').close()
    os.kill(os.getpid(), signal.SIGKILL)
uwsgi.cache_set('last.test', '$address')
PYTHON
is($c->ask('last.test'), 'one 0/0', 'a script that is killed before its end is run once more');
like($c->heddle->log, qr/cache \S+: script \S+fill\.py was killed by signal 9: it is run once more/, '... told');
$c->heddle->stop;
$c = with_script("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
my $start = time;
is($c->ask('last.test'), '', 'one that is killed each time: the key is unknown');
cmp_ok(time - $start, '<', 4.5, '... at once');
ok($c->heddle->wait_log(qr/cache \S+: script \S+fill\.py was killed by signal 9$/m), '... told');
$c->heddle->stop;
# What cannot be filled is waited for 5 s.
$c = with_script("raise Exception('no')\n");
my $began = time;
is($c->ask('last.test'), '', 'a script that fails: the key is unknown');
cmp_ok(time - $began, '<', 4.5, '... at once');
$c->heddle->stop;
$c = with_script("import time\ntime.sleep(1000)\n");
is($c->ask('last.test'), '', 'a script that does not end: the key is unknown, after a while');
$began = time;
$c->ask('last.test') for 1 .. 3;
cmp_ok(time - $began, '<', 10, '... and then at once');
$c->heddle->stop;
done_testing();
