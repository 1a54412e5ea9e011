# SPDX-License-Identifier: BSD-2-Clause
# Clients that ask again and again for keys which block, or which end the process that is asked: each
# costs its own request alone. Keys that were answered before, and those that nobody has asked for
# yet, are answered meanwhile, with one process as well; there are not more processes than the manual
# says, and as many as before in the end.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Load;
use Heddle::Script qw(scripted script_missing short_limit);
use Heddle::Uwsgi qw(uwsgi_packet);

my %scripts = (python => ['py', <<'PYTHON'], lua => ['lua', <<'LUA']);
import os, time
def get(key):
    if key.startswith('block'): time.sleep(1000)
    if key.startswith('exit'): os._exit(3)
    return '$NODE'
PYTHON
function get(key)
	if key:sub(1, 5) == 'block' then while true do end end
	if key:sub(1, 4) == 'exit' then os.execute('kill -9 $PPID'); while true do end end
	return '$NODE'
end
LUA
my $limit = short_limit();
time_limit(400);
my $held = qr/script \S+get\.\w+: (\w+) has used up the limit of a call, or ended the process: such keys wait behind others/;

# A load of clients, each of whom asks for the key for ever.
sub bad_load {
	my ($m, $key) = @_;
	return load($m->port, connections => 12, until_eof => 1, patience => 60,
		ask => uwsgi_packet(HTTP_HOST => $key), answer => qr/\A(spare) /);
}

sub all_fine {
	my ($m, $what, @keys) = @_;
	my @wrong = grep { $_->[1] ne 'node 0/0' } map { [$_, $m->ask($_)] } @keys;
	return ok(!@wrong, "$what: " . @keys . ' keys are answered') || diag(explain(\@wrong), $m->log);
}

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	my ($end, $text) = @{ $scripts{$language} };
	my @known = map { "known$_" } 1 .. 20;
	for my $processes (1, 2) {
		subtest("$language, $processes" => sub {
			plan(skip_all => $missing) if $missing;
			my $m = scripted(script => "{file: get.$end, limit: ${limit}ms, processes: $processes}",
				files => { "get.$end" => $text }, more => "      - {name: spare, nodes: ['\$SPARE'], for: failed}\n");
			my $h = $m->running;
			my $shown = sub { ($h->stats->{scripts} // [{}])->[0] };
			all_fine($m, 'before', @known);
			my $most = 2 * ($processes + 1);

			my $load = bad_load($m, 'block');
			ok($m->wait_log($held), 'a key that blocks is held') or diag($m->log);
			ok(until_true(sub { $shown->()->{processes} >= $processes + 2 }, 20), '... and there are more processes') or diag(explain($shown->()));
			all_fine($m, 'while a key blocks', @known, map { "new$_" } 1 .. 20);
			cmp_ok(scalar $m->processes, '<=', $most, 'not more processes than there may be');
			$load->wait_for(12);
			$load->stop;
			cmp_ok($shown->()->{held}, '>', 0, 'the API counts what was held');

			my @many = map { $m->begin("block $_") } 1 .. 20;
			all_fine($m, 'while many keys block that nobody has asked for', @known);
			is_deeply([grep { $_ ne 'spare 0/0' } map { Heddle::Script::answer($_) } @many], [], '... which go to the next route');
			$_->close for @many;

			$load = bad_load($m, 'exit');
			ok($m->wait_log(qr/script \S+: process \d+ .*, asked for exit/), 'a key that ends its process') or diag($m->log);
			all_fine($m, '... again and again', @known, @known);
			cmp_ok(scalar $m->processes, '<=', $most, 'not more processes than there may be');
			$load->stop;
			if ($language eq 'python' && $processes == 1) {
				ok(until_true(sub { $m->count(qr/no key has used up the limit of a call for 30 s/) }, 120), 'it is told when it is over');
				ok(until_true(sub { $m->processes == 2 }, 40), '... and there are as many processes as before') or diag(join ' ', $m->processes);
			}
			$h->finish;
		});
	}
}
done_testing();
