# SPDX-License-Identifier: BSD-2-Clause
# Routes to scripts that come, go and get other scripts under load: a worker may have such a
# change before the mapper process has it, or behind it. No request fails,
# and none goes to the next route.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Load;
use Heddle::Script qw(scripted script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my $missing = script_missing('lua');
plan(skip_all => $missing) if $missing;

my $turns = Heddle::sanitized() ? 10 : 50;
my $spare = "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n";
my $m = scripted(script => '{file: 0.lua, limit: 10s}', more => $spare, workers => 2, files => {
	map { ("$_.lua" => "function get(key) return '\$NODE,$_' end\n") } 0 .. 3 });
my $h = $m->running;
is($m->ask('a'), 'node 0/0', 'a script');
my $load = load($m->port, connections => 4, until_eof => 1, patience => 20,
	ask => uwsgi_packet(HTTP_HOST => 'a'), answer => qr/\A(node) /);
$load->wait_for(64);

# The route gets another script each time; one that has not been loaded yet, or has just gone.
my $refused = 0;
for my $turn (1 .. $turns) {
	my ($code, $out) = $h->reload($m->yaml(script => sprintf '{file: %d.lua, limit: 10s}', $turn % 4));
	$refused += $code != 0;
	$load->wait_for(16) if $turn % 5 == 0;
}
is($refused, 0, "$turns reloads, each with another script");
ok(until_true(sub { $m->ask('a') eq 'node ' . $turns % 4 . '/0' }, 10), '... and the last one answers');

# In front of it others come and go, each with a script of its own.
for my $turn (1 .. $turns / 2) {
	for my $front ("      - {name: front, script: {language: lua, file: ${\($turn % 4)}.lua, limit: 9s}}\n", '') {
		my ($code, $out) = $h->reload($m->yaml(routes => $front
			. "      - {name: back, script: {file: 0.lua, limit: 10s}}\n$spare"));
		$refused += $code != 0;
	}
	$load->wait_for(16) if $turn % 5 == 0;
}
is($refused, 0, '... routes in front of it come and go');

is($m->ask('a'), 'node 0/0', '... and those behind answer');
my $result = $load->stop;
cmp_ok(Heddle::Load::failed($result), '==', 0, "of $result->{ok} requests none fails") or diag(explain($result));
ok(until_true(sub { $m->processes == 2 }, 10), 'the processes of all others have ended');
$h->finish;
done_testing();
