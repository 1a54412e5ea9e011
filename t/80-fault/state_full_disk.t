# SPDX-License-Identifier: BSD-2-Clause
# A disk that takes no state file: a reload goes on, the last good file stays, the log says it once,
# and the file is written once the disk takes it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;

plan(skip_all => 'needs root and unshare') if $> != 0 || !program('unshare') || !program('nsenter')
	|| system("unshare -m true 2>/dev/null") != 0;

my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = sub { my ($weight) = @_; return <<"YAML" };
state: ${\$state->path}
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}", weight: $weight}}}
YAML

# Full.
my $h = heddle($yaml->(1), wrapper => ['unshare', '-m', 'sh', '-c',
	'mount -t tmpfs -o size=64k,mode=0777 tmpfs "$0" && exec "$@"', $state->dir]);
my $inside = '/proc/' . $h->pid . '/root' . $state->dir;
my $seen = bless { path => "$inside/state.json" }, 'Heddle::State';
my $weight = sub { return $seen->backend('web', 'one')->{weight} // 0 };
sub enter { return system('nsenter', '-t', $h->pid, '-m', @_) }
ok(until_true(sub { $weight->() == 1 }, 10), 'it is written');
my $filling = "dd if=/dev/zero of=${\$state->dir}/fill bs=4k 2>/dev/null";
ok(enter('sh', '-c', $filling) != 0, 'the disk is full');
is(($h->reload($yaml->(2)))[0], 0, 'a reload is applied');
is($h->backend('web', 'one')->{weight}, 2, '... everywhere');
ok($h->wait_log(qr/error state\S* the state file cannot be written: .*No space left on device/),
	'the reason is logged');
cmp_ok($h->counter('state_write_errors_total'), '>=', 1, '... and counted');
is($h->counter('state_error'), POSIX::ENOSPC(), '... as a number too');
my $shown = $h->stats->{state_file};
is($shown->{last_error}, 'No space left on device', '... and shown in words');
cmp_ok($shown->{write_errors_total}, '>=', 1, '... with how often');
is($shown->{file}, $state->path, '... and the file');
like($shown->{written_at}, qr/^\d{4}-\d\d-\d\dT/, '... and when it was written last');
is($weight->(), 1, 'the last good file is there');
ok(!-e "$inside/state.json.new", 'no part of a new one');
my $errors = $h->counter('state_write_errors_total');
ok($h->wait_for(sub { $h->counter('state_write_errors_total') > $errors }, 10, 'a try'),
	'it is tried again');
is($h->log_count(qr/cannot be written/, 1), 1, '... and logged once');
enter('rm', $state->dir . '/fill');
ok(until_true(sub { $weight->() == 2 }, 10), 'written as soon as there is room');
ok($h->wait_log(qr/notice state\S* the state file is written again/), '... which is logged');
is($h->stats->{state_file}{last_error}, undef, 'no error any more');

# Read-only.
is(enter('mount', '-o', 'remount,ro', $state->dir), 0, 'read-only');
is(($h->reload($yaml->(3)))[0], 0, 'a reload is applied');
ok($h->wait_log(qr/cannot be written: .*Read-only file system; mount it writable/), 'logged');
is($weight->(), 2, 'the last good file is there');
is(enter('mount', '-o', 'remount,rw', $state->dir), 0, 'writable');
ok(until_true(sub { $weight->() == 3 }, 10), 'written');
$h->finish;

# A folder that nobody may write to, not even its owner: started from the last good state.
$h = heddle($yaml->(1));
ok(until_true(sub { $state->backend('web', 'one')->{weight} }, 10), 'written');
is($h->stop, 0, 'it stops');
$state->edit(sub { $_[0]{web}{backends}{one}{weight} = 9 });
chmod 0555, $state->dir;
$h->run;
ok($h->wait_ready, 'it starts');
is($h->backend('web', 'one')->{weight}, 9, '... with what is in the file');
ok($h->wait_log(qr/cannot be written: .*Permission denied; the user that heddle runs as needs/),
	'... and says what is wrong');
chmod 0777, $state->dir;
ok($h->wait_log(qr/written again/), 'no restart is needed');
is($state->backend('web', 'one')->{weight}, 9, 'the state is the same');
$h->finish;
done_testing;
