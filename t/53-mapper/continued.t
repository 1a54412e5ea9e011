# SPDX-License-Identifier: BSD-2-Clause
# A process of a script that was told to go on (CONT) just when it had been forked was ended by an
# alarm four seconds later: it had not given up its parent's handler yet, and has another parent.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);
use Time::HiRes qw(time);

my $missing = script_missing('lua');
plan(skip_all => $missing) if $missing;
plan(skip_all => 'looks into /proc') if $^O ne 'linux';

my $m = scripted(script => '{file: get.lua, limit: 10s, processes: 2}', files => { 'get.lua' => "function get(key) return '\$NODE' end\n" });
my $mapper;
ok(until_true(sub { $mapper = $m->mapper_pid; $mapper && $m->processes == 3 }, 20), 'three processes');
my $children = "/proc/$mapper/task/$mapper/children";
my %seen;
sub begun { my @all = split ' ', Heddle::read_file($children); my @new = grep { !$seen{$_}++ } @all; return @new }
begun();
my $new = 0;
for my $turn (1 .. 10) {
	kill 'KILL', ($m->processes)[0];
	my ($limit, @now) = time + in_time(5);
	until (@now || time > $limit) {
		@now = begun();
		kill 'CONT', @now;
	}
	$new += @now;
}
cmp_ok($new, '>=', 10, 'others begin, and are told to go on');
select undef, undef, undef, 5;	# when the alarm would have come
unlike($m->log, qr/signal 14/, 'no alarm ends them');
is($m->ask('a'), 'node 0/0', 'they answer');
$m->running->finish(alerts => 1);
done_testing();
