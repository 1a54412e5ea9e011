# SPDX-License-Identifier: BSD-2-Clause
# Reloads at bad moments: while a call blocks, with the file of the script deleted, with a mistake in
# it under load, and with answers that are kept: no request is lost, and no answer is an old one.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Load;
use Heddle::Script qw(scripted script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $text = sub { "import time\ndef get(key):\n    if key == 'block': time.sleep(1000)\n    return '\$NODE,$_[0]'\n" };
my $m = scripted(script => '{file: get.py, limit: 3s, cache_for: 1h}', workers => 2, files => { 'get.py' => $text->(1) },
	more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
my $h = $m->running;
my $hup = sub { my $reloads = $m->count(qr/ reload/); $h->signal('HUP'); return until_true(sub { $m->count(qr/ reload/) > $reloads }, 20) };
is($m->ask('fine'), 'node 1/0', 'a script');
my $load = load($m->port, connections => 2, until_eof => 1, patience => 20,
	ask => uwsgi_packet(HTTP_HOST => 'fine'), answer => qr/\A(node) /);
$load->wait_for(32);

# While a call blocks: the new processes take over, and what blocks goes to the next route.
my $blocked = $m->begin('block');
ok(until_true(sub { my ($s) = @{ $h->stats->{scripts} }; $s->{requests} >= 2 }, 10), 'a call blocks');
$m->put('get.py', $text->(2));
ok($hup->(), 'HUP');
ok($m->wait_log(qr/get\.py: loaded again/), '... loads it again');
ok(until_true(sub { $m->ask('fine') eq 'node 2/0' }, 10), '... and answers of before are not kept');
is(Heddle::Script::answer($blocked), 'spare 0/0', 'what blocks goes to the next route');
$blocked->close;
ok(until_true(sub { $m->processes == 2 }, 60), '... and its process ends');

# A mistake, and no file: what has loaded the script goes on.
$m->put('get.py', "def get(key):\n    return (\n\nx = ]\n");
ok($hup->(), 'HUP with a mistake');
ok($m->wait_log(qr/get\.py:\d: SyntaxError/), '... is told with its line');
is($m->ask('other'), 'node 2/0', '... and the script goes on');
unlink "$m->{dir}/get.py";
my ($code, $out) = $h->reload($m->yaml);
is($code, 1, 'a reload without the file is refused');
like($out, qr/get\.py: No such file or directory/, '... told');
is($m->ask('another'), 'node 2/0', '... and the script goes on');

# A process that must be started while the file is not there: the other ones answer.
kill 'KILL', ($m->processes)[0];
ok($m->wait_log(qr/get\.py: not loaded: .*No such file/), 'a process that ends then has no successor, which is told') or diag($m->log);
is($m->ask("key $_"), 'node 2/0', '... and others answer') for 1 .. 5;
$m->put('get.py', $text->(3));
ok($hup->(), 'the file is back');
ok(until_true(sub { $m->ask('fine') eq 'node 3/0' }, 10), '... and is loaded');
$load->wait_for(32);
my $result = $load->stop;
is(Heddle::Load::failed($result), 0, "of $result->{ok} requests none failed") or diag(explain($result));
ok(until_true(sub { $m->processes == 2 }, 10), 'two processes');
$h->finish(alerts => 1);
done_testing();
