# SPDX-License-Identifier: BSD-2-Clause
# Scenario R3: announced before it runs (unbit/uwsgi#300). The node is a unix socket on which an
# emperor listens for a vassal that it starts on the first connection, and which takes 3 s to start.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(launch end_child);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);
use Heddle::Uwsgi qw(uwsgi_missing);
use Time::HiRes qw(time);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

my $app = <<'END';
import os, time
with open(os.path.dirname(os.path.abspath(__file__)) + '/started', 'a') as file:
    file.write('once\n')
time.sleep(3)
def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'awake']
END

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-emperor-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	mkdir "$dir/vassals";
	Heddle::write_file("$dir/app.py", $app);
	Heddle::write_file("$dir/vassals/a.ini", "[uwsgi]\nplugin = python3\nmaster = true\nprocesses = 2\nwsgi-file = $dir/app.py\n");
	my $pid = launch({ out => "$dir/output", err => "$dir/output" }, Heddle::Uwsgi::program(), '--emperor', "$dir/vassals",
		'--emperor-on-demand-directory', $dir, '--emperor-freq', 1, '--die-on-term');
	my $socket = "$dir/a.socket";
	ok(until_true(sub { -S $socket }, 10), 'the emperor listens') or diag(Heddle::read_file("$dir/output"), `ls -l $dir`);
	chmod 0777, $socket;

	my $s = subscribed(server => 'tolerance: 90s', service => 'idle_timeout: 60s', workers => 2);
	$s->send(announcement('a.test', $socket));
	ok($s->wait_nodes(1), 'the node is announced');
	ok(!-e "$dir/started", '... and does not run');
	my $begin = time;
	my @waiting = map { $s->begin('a.test') } 1 .. 10;
	is(join(' ', map { Heddle::Subscribed::body($_, 30) } splice @waiting), join(' ', ('awake') x 10), 'ten requests at once are answered');
	cmp_ok(time - $begin, '>', 2.9, '... when it has started');
	is(Heddle::read_file("$dir/started"), "once\n", '... once');
	unlike($s->heddle->log, qr/held off|marking/, 'it was not marked');
	is($s->ask('a.test'), 'awake', 'it goes on');
	end_child($pid);
	$s->heddle->finish;
});
