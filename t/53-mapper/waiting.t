# SPDX-License-Identifier: BSD-2-Clause
# Requests that wait for a script while their route or service goes, their client goes, their worker
# finishes (QUIT) or heddle stops; and a script that takes its time to load.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);
use Time::HiRes qw(sleep);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

# `slow` is answered while heddle ends; `stuck` never.
my $slow = "import time\ndef get(key):\n    if key == 'slow': time.sleep(3)\n    if key == 'stuck': time.sleep(1000)\n    return '\$NODE'\n";
my $spare = "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n";

on_each_event(sub {
	my $m = scripted(script => '{file: get.py, limit: 20s}', more => $spare, files => {
		'get.py' => $slow, 'late.py' => "import time\ntime.sleep(3)\ndef get(key):\n    return '\$NODE,2'\n" });
	my $h = $m->running;
	my $waiting = sub { ($h->service('web') // {})->{sessions_active} // 0 };
	is($m->ask('fine'), 'node 0/0', 'a script');

	my $gone = $m->begin('stuck');
	ok(until_true(sub { $waiting->() == 1 }, 10), 'a request waits');
	$gone->reset;
	ok(until_true(sub { $waiting->() == 0 }, 10), '... and ends with its client');

	# The route goes; what waits for the script is answered, what comes has none.
	my $one = $m->begin('stuck');
	ok(until_true(sub { $waiting->() == 1 }, 10), 'another one');
	my ($code, $out) = $h->reload($m->yaml(routes => $spare));
	is($code, 0, 'its route is removed') or diag($out);
	like(Heddle::Script::answer($one), qr/^(?:closed|unknown|spare 0\/0)$/, '... and it ends');
	$one->close;
	($code, $out) = $h->reload($m->yaml);
	is($code, 0, 'the route is back') or diag($out);
	is($m->ask('fine'), 'node 0/0', '... and the script');

	# One that is being loaded is waited for beyond the limit.
	($code, $out) = $h->reload($m->yaml(script => '{file: late.py, limit: 1500ms}'));
	is($code, 0, 'a script that takes three seconds to load') or diag($out);
	is($m->ask('a'), 'node 2/0', '... has its requests wait');

	($code, $out) = $h->reload($m->yaml);
	is($m->ask('fine'), 'node 0/0', 'the first one again');
	my $two = $m->begin('slow');
	ok(until_true(sub { $waiting->() == 1 }, 10), 'a request waits');
	$h->quit;
	is(Heddle::Script::answer($two), 'node 0/0', 'QUIT: it is answered');
	$two->close;
	is($h->ended, 0, '... and heddle ends');
	$h->finish(stopped => 1);

	$m->{heddle} = heddle($m->yaml);
	$h = $m->running;
	my $three = $m->begin('stuck');
	ok(until_true(sub { $waiting->() == 1 }, 10), 'a request waits');
	$h->signal('TERM');
	is(Heddle::Script::answer($three), 'closed', 'TERM: it is closed');
	$three->close;
	is($h->ended, 0, '... and heddle ends');
	$h->finish(stopped => 1);
});
