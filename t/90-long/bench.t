# SPDX-License-Identifier: BSD-2-Clause
# t/bench runs: every workload once, small, and what changes cost. Figures mean nothing here, but that
# no request fails, no held connection is lost and no process is replaced by reloads has to hold
# anywhere.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Tools qw(bench_tools);
use File::Basename qw(dirname);
use JSON::PP;

time_limit(500);
plan(skip_all => 'needs root for a network of its own') if $> != 0;
for my $name (qw(wrk unshare taskset)) {
	plan(skip_all => "$name is not installed") if !program($name);
}
my $build = dirname(Heddle::binary());
my ($root, $dir) = (Heddle::root(), File::Temp->newdir);
system('unshare -n -m true 2>/dev/null') == 0 or plan(skip_all => 'network namespaces are not allowed here');

sub run_program {
	my (@command) = @_;
	my $pid = launch({ out => "$dir/out", err => "$dir/err" }, @command);
	return reap($pid, 200) // end_child($pid);
}

sub rows {
	my ($workload) = @_;
	my @lines = split /\n/, Heddle::read_file("$build/bench/$workload.jsonl");
	return map { $_->{peer} => $_ } map { decode_json($_) } @lines;
}

ok(bench_tools(), 'the tools compile');
my @few = ('--peers', 'heddle,relay,heddle-access-log,heddle-limits,heddle-two', '--nostrace',
	'--build', $build);
is(run_program("$root/t/bench/bench", '--quick', @few), 0, 'it runs')
	or diag(Heddle::read_file("$dir/err"));
for my $workload (qw(keepalive connection latency bulk1 bulk8 first-byte serial idle)) {
	my %row = rows($workload);
	ok($row{heddle}, "$workload: heddle did it");
	is($row{heddle}{errors}, undef, '  without an error');
}
my $limit = { rows('limit') }->{'heddle-limits'};
ok($limit->{rate_1} > 0 && $limit->{rate_64} > 0, 'clients were served at a limit');
is(join(' ', map { $limit->{"refused_$_"} } 1, 8, 64), '0 0 0', '  and none was refused');
my $fairness = { rows('fairness') }->{'heddle-two'};
ok($fairness->{bulk_rate} > 0, 'bulk streams flowed beside small requests');
is($fairness->{errors}, undef, '  which were all answered');
my $reloads = { rows('reloads') }->{heddle};
ok($reloads->{requests} > 100, 'requests went through while it was reloaded');
is($reloads->{failed}, 0, 'none failed');
is($reloads->{lost}, 0, 'no held connection was lost');
is($reloads->{replaced}, 0, 'no process was replaced');
my %logs = rows('access-log');
ok($logs{'heddle-access-log'}{requests}, 'the access log was measured');
is(run_program("$root/t/bench/bench", '--quick', '--only', 'uwsgi,uwsgi-unix,uwsgi-buffered-1m', '--peers',
	'heddle-uwsgi,heddle-uwsgi-unix,heddle-uwsgi-buffered,relay-uwsgi,relay-unix', '--nostrace', '--build',
	$build), 0, 'routers of uwsgi') or diag(Heddle::read_file("$dir/err"));
for my $row (['uwsgi', 'heddle-uwsgi'], ['uwsgi-unix', 'heddle-uwsgi-unix'],
	['uwsgi-buffered-1m', 'heddle-uwsgi-buffered']) {
	my $heddle = { rows($row->[0]) }->{$row->[1]};
	ok($heddle, "$row->[0]: heddle did it");
	is($heddle->{errors}, undef, '  without an error');
}
SKIP: {
	skip 'the tree is not built in build', 3 if $build ne "$root/build";
	unlink "$dir/out";
	# not `queue`, which compiles a copy of the tree
	is(run_program("$root/t/bench/changes", '--quick', '--only', 'entered,memory,nothing,successor,weight', $root),
		0, 'what a change costs') or diag(Heddle::read_file("$dir/err"));
	my $said = Heddle::read_file("$dir/out");
	is(scalar(() = $said =~ /^### /mg), 5, 'its rows');
	unlike($said, qr/\| - \|/, 'with every figure') or diag($said);
}
unlink "$dir/out";
is(run_program("$root/t/bench/live", '--quick', '--build', $build), 0, 'changes through the API')
	or diag(Heddle::read_file("$dir/err"));
my $live = Heddle::read_file("$dir/out");
is(scalar(() = $live =~ /^### /mg), 5, 'every row of it');
like($live, qr/^\| changes, state file \| \d+ \| [1-9]\d* \| 0 \| .*? \| 0 \|/m, 'none of them failed')
	or diag($live);
unlink "$dir/out";
is(run_program("$root/t/bench/fanout", '--quick', '--only', 'steady,known', '--targets', '1,4', '--build', $build),
	0, 'a fan-out') or diag(Heddle::read_file("$dir/err"));
my $fanout = Heddle::read_file("$dir/out");
is(scalar(() = $fanout =~ /^### /mg), 3, 'its rows');
for my $count (1, 4) {
	my $heddle = { rows("fanout-steady-$count") }->{heddle};
	is(join(' ', @$heddle{qw(disordered altered)}), '0 0', "$count targets: in order, and as they were");
}
SKIP: {
	my @needs = grep { !program($_) } qw(strace valgrind);
	skip("@needs not installed", 3) if @needs;
	is(run_program("$root/t/bench/fanout", '--quick', '--only', 'calls,instructions', '--targets', '1',
		'--peers', 'heddle,loop-simple', '--build', $build), 0, 'what is counted')
		or diag(Heddle::read_file("$dir/err"));
	my %calls = rows('fanout-calls-1');
	is(sprintf('%.1f', $calls{'loop-simple'}{calls}), '2.0', 'the simple loop receives and sends');
	cmp_ok({ rows('fanout-instructions-1') }->{heddle}{instructions}, '>', 0, 'instructions are counted');
}
my $known = { rows('fanout-known-1') }->{heddle};
is($known->{missing}, 0, 'a target that was added hears of all instances') or diag($fanout);
done_testing();
