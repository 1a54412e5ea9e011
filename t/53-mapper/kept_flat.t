# SPDX-License-Identifier: BSD-2-Clause
# Over many kills of processes of scripts and of the mapper process, and reloads, nothing is left
# behind: descriptors and memory of the worker, the master and the mapper process stay as they were,
# no process stays, none is a zombie; and what the API counts of the script goes on.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('lua');
plan(skip_all => $missing) if $missing;
plan(skip_all => 'looks into /proc') if $^O ne 'linux';

my ($kills, $mapper_kills) = Heddle::sanitized() ? (10, 3) : (20, 6);	# 50 and 20 take more than a minute
my $m = scripted(script => '{file: get.lua, limit: 10s}', workers => 1,
	files => { 'get.lua' => "function get(key) return '\$NODE' end\n" });
my $h = $m->running;
my ($worker) = $h->worker_pids;
my $master = $h->pid;

sub descriptors { my ($pid) = @_; my @fds = glob "/proc/$pid/fd/*"; return scalar @fds }
sub memory { my ($pid) = @_; return (Heddle::read_file("/proc/$pid/status") // '') =~ /^VmData:\s*(\d+)/m ? $1 : 0 }
sub zombies {
	my @all = map { split ' ', Heddle::read_file("/proc/$_/task/$_/children") // '' } $master, $m->mapper_pid || ();
	return grep { (Heddle::read_file("/proc/$_/stat") // '') =~ /\) Z / } @all;
}
my $steady = sub { my $pid = $m->mapper_pid or return 0; return $m->processes == 2 && $m->ask('a') eq 'node 0/0' };
my $kill = sub {
	my ($pid) = @_;
	kill 'KILL', $pid;
	return until_true(sub { !kill 0, $pid }, 20) && until_true($steady, 20);
};
# What the loop has closed is closed within its turn; so both are looked at until they are equal.
my $same = sub {
	my ($what, %before) = @_;
	for my $name (sort keys %before) {
		my ($pid, $was) = @{ $before{$name} };
		ok(until_true(sub { descriptors($pid) <= $was }, 10), "$what: descriptors of the $name are those of before")
			or diag("$was before, ", join ' ', map { readlink } glob "/proc/$pid/fd/*");
	}
};

ok($kill->(($m->processes)[0]), 'a process of the script is killed') for 1 .. 5;
my $mapper = $m->mapper_pid;
my %before = map { $_->[0] => [$_->[1], descriptors($_->[1])] } ['worker', $worker], ['master', $master], ['mapper', $mapper];
my ($worker_memory, $mapper_memory) = (memory($worker), memory($mapper));
is(scalar(grep { !$kill->(($m->processes)[$_ % 2]) } 1 .. $kills), 0, "$kills kills of processes of the script");
$same->("$kills kills", %before);
cmp_ok(memory($mapper) - $mapper_memory, '<', Heddle::sanitized() ? 20000 : 600, '... memory of the mapper process, too');
is($m->mapper_pid, $mapper, '... it is the same');

delete $before{mapper};
my $counted = sub { my ($s) = @{ $h->stats->{scripts} // [] }; return $s ? $s->{requests} : 0 };
my $asked = 0;
ok(until_true(sub { $counted->() > $kills }, 10), 'requests are counted');
$asked = $counted->();
is(scalar(grep { !$kill->($m->mapper_pid) } 1 .. $mapper_kills), 0, "$mapper_kills kills of the mapper process");
$same->("$mapper_kills kills", %before);
ok(until_true(sub { $counted->() > $asked }, 10), '... and what is counted of the script goes on') or diag($counted->(), " after $asked");
is(scalar(grep { ($h->reload($m->yaml))[0] != 0 } 1 .. 20), 0, '20 reloads');
ok(until_true($steady, 20), '... end with two processes');
$same->('20 reloads', %before);
cmp_ok(memory($worker) - $worker_memory, '<', Heddle::sanitized() ? 20000 : 1500, 'memory of the worker');
ok(until_true(sub { !zombies() }, 10), 'no zombies');
$h->finish(alerts => 1);
done_testing();
