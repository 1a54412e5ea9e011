# SPDX-License-Identifier: BSD-2-Clause
# A call that blocks costs its own request alone: that goes to the next route after `limit`, others
# are answered meanwhile, and the process is killed after ten times as long.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing short_limit);
use Time::HiRes qw(time);

my $limit = short_limit();
time_limit(240);
my %blocks = (python => ['py', <<'PYTHON'], lua => ['lua', <<'LUA']);
import time
def get(key):
    if key.startswith('block'): time.sleep(1000)
    if key.startswith('spin'):
        while True: pass
    return '$NODE'
PYTHON
function get(key)
	if key:sub(1, 5) == 'block' or key:sub(1, 4) == 'spin' then while true do end end
	return '$NODE'
end
LUA

for my $language (sort keys %blocks) {
	my $missing = script_missing($language);
	my ($end, $text) = @{ $blocks{$language} };
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $m = scripted(script => "{file: get.$end, limit: ${limit}ms}", files => { "get.$end" => $text },
			more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
		my $h = $m->running;
		is($m->ask('fine'), 'node 0/0', 'a call');
		my $began = time;
		my $blocked = $m->begin('block');
		my $least = $limit;
		for (1 .. 5) {
			my $asked = time;
			is($m->ask('fine'), 'node 0/0', 'another one while one blocks');
			$least = time - $asked if time - $asked < $least;
		}
		cmp_ok($least, '<', $limit / 2000, '... which does not wait for the limit');
		is(Heddle::Script::answer($blocked), 'spare 0/0', 'the one that blocks goes to the next route');
		$blocked->close;
		cmp_ok(time - $began, '>=', 0.97 * $limit / 1000, '... after the limit');
		ok($m->wait_log(qr/web: route script: script \S+get\.\w+ has not answered within $limit ms/), '... told');
		is(Heddle::Script::answer($m->begin('spin')), 'spare 0/0', 'one that never ends');
		ok($m->wait_log(qr/process \d+ has been asked for $_ for \d+ ms, ten times the limit: killed/, 1, $limit / 50), "$_: killed") || diag($m->log) for qw(block spin);
		is($m->ask('fine'), 'node 0/0', 'the script answers') for 1 .. 5;
		my $shown;
		ok(until_true(sub { ($shown) = @{ $h->stats->{scripts} }; $shown->{requests} == 13 && $shown->{killed} == 2 && $shown->{errors} == 2 }, 10), 'the API counts')
			or diag(explain($shown));
		is_deeply([@$shown{qw(file function language state errors)}], ["$m->{dir}/get.$end", 'get', $language, 'serving', 2], '... and says which script it is');

		# A client that does not wait, while a call blocks.
		my $gone = $m->begin('block again');
		$gone->close;
		is($m->ask('fine'), 'node 0/0', 'a client that has gone is forgotten');
		$h->finish;
	});
}
done_testing();
