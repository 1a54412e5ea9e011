# SPDX-License-Identifier: BSD-2-Clause
# Somebody kills the processes of a script (kill -9, a kernel without memory) while they wait for a
# call, or while they load the script: no request fails that comes then.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my $missing = script_missing('python');
plan(skip_all => $missing) if $missing;

my $script = <<'PYTHON';
import os, time
while os.path.exists('$DIR/slow'):
    time.sleep(0.01)
if os.path.exists('$DIR/dies'):
    os.kill(os.getpid(), 9)
def get(key):
    return '$NODE'
PYTHON

sub requests { my ($h) = @_; my ($script) = @{ ($h->stats // {})->{scripts} // [] }; return $script->{requests} // 0 }

# Two processes of the script that are none of those.
sub others {
	my ($m, @known) = @_;
	my %known = map { $_ => 1 } @known;
	my @others;
	until_true(sub { @others = grep { !$known{$_} } $m->processes; @others >= 2 }, 20);
	return @others;
}

on_each_event(sub {
	my $m = scripted(script => '{file: get.py, limit: 10s}', files => { 'get.py' => $script });
	my $h = $m->running;
	is($m->ask('a'), 'node 0/0', 'it answers');
	my %got;
	for (1 .. 20) {
		kill 'KILL', $m->processes;
		$got{$m->ask('a')}++;
	}
	is(explain(\%got), explain({ 'node 0/0' => 20 }), 'killed while they wait: others answer');

	# A stopped process does not read the call that it is sent; then it is killed.
	my @stopped = $m->processes;
	kill 'STOP', @stopped;
	my $before = requests($h);
	my $client = $m->begin('a');
	ok(until_true(sub { requests($h) > $before }, 20), 'a call is under way');
	kill 'KILL', @stopped;
	is(Heddle::Script::answer($client), 'node 0/0', '... which its process never reads: another answers');

	$m->put('slow', '');
	my @killed = $m->processes;
	kill 'KILL', @killed;
	my @loading = others($m, @killed);
	cmp_ok(scalar @loading, '>=', 2, 'those that follow load the script');
	kill 'KILL', @loading;
	$client = $m->begin('a');
	ok($m->wait_log(qr/script \S+get\.py: a process that loads it was killed by signal 9: it is loaded once more/), 'they are killed while they do');
	unlink "$m->{dir}/slow" or die "slow: $!\n";
	is(Heddle::Script::answer($client), 'node 0/0', '... a request waits for the next ones');
	undef $client;
	is($m->ask('a'), 'node 0/0', '... as does one that comes later');

	$m->put('slow', '');
	@killed = $m->processes;
	my ($code, $out) = $h->reload($m->yaml);
	is($code, 0, 'a reload') or diag($out);
	@loading = others($m, @killed);
	kill 'KILL', @loading;
	ok($m->wait_log(qr/a process that loads it was killed by signal 9: it is loaded once more/, 2), '... whose processes are killed');
	unlink "$m->{dir}/slow" or die "slow: $!\n";
	ok($m->wait_log(qr/script \S+get\.py: loaded again/), '... is done by others');

	$m->put('dies', '');
	kill 'KILL', $m->processes;
	ok($m->wait_log(qr/script \S+get\.py: not loaded: was killed by signal 9/), 'a script that always ends so');
	is($m->ask('a'), 'closed', '... is broken: the next route');
	unlink "$m->{dir}/dies" or die "dies: $!\n";
	ok(until_true(sub { $m->ask('a') eq 'node 0/0' }, 60), '... and is tried again');
	$h->finish;
});
