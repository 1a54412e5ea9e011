# SPDX-License-Identifier: BSD-2-Clause
# An answer to a change by the API says that it is on disk: it is there when the answer comes, and
# after kill -9 at any moment. One that cannot be written is refused, and nobody uses it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Http;
use Heddle::Shuttle;
use Heddle::State;
use Heddle::Test;

my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my $port = free_port;
my $services = <<"YAML";
state: ${\$state->path}
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}"}}}
YAML
my $yaml = "change_timeout: 10s\n$services";
my $h;
sub set {
	my ($weight) = @_;
	return Heddle::Shuttle->new($h->control)->put('/web/one',
		{ address => $one->address, weight => $weight });
}
my $weight = sub { return ($h->backend('web', 'one') // {})->{weight} };
my $turns = $ENV{HEDDLE_TURNS} // 8;
time_limit(60 + 10 * $turns);
srand($ENV{HEDDLE_SEED} // 7);

$h = heddle($yaml);
my $wrong = 0;
for my $n (2 .. 40) {
	is(set($n), 200, "weight $n") if $n == 2;
	set($n) if $n > 2;
	$wrong++ if $state->backend('web', 'one')->{weight} != $n;
}
is($wrong, 0, 'each of 40 changes is in the file when its answer comes');
is($state->read->{base}{services}{web}{backends}{one}{weight} // 1, 1, 'the base is the file\'s');

# The same at /_v1, which says so.
my @answer = Heddle::Http::request($h->control, 'PATCH', '/_v1/services/web/backends/one?force=1',
	'{"weight": 41, "state": "drain"}');
is($answer[0], 200, 'PATCH') or diag($answer[1]);
is($answer[2]{'x-heddle-durable'}, 'yes', '... X-Heddle-Durable');
is_deeply([@{ $state->backend('web', 'one') }{qw(weight state)}], [41, 'drain'], '... on disk');

# A client that changes without pause, and a kill at any moment.
my ($lost, $answered, $n) = (0, 0, 41);
for my $turn (1 .. $turns) {
	my @all = ($h->pid, map { $_->{pid} } grep { $_->{pid} } @{ $h->stats->{processes} });
	my $file = $h->dir . '/answered';
	Heddle::write_file($file, $n);
	my $client = spawn(sub {
		for (my $i = $n + 1;; $i++) {
			last if set($i) != 200;
			Heddle::write_file("$file.new", $i);
			rename "$file.new", $file;
		}
	});
	until_true(sub { Heddle::read_file($file) > $n }, 20);
	select undef, undef, undef, rand 0.03;	# at any moment
	kill 'KILL', $turn % 2 ? $h->pid : @all;
	end_child($h->pid);
	reap($client, 10) // end_child($client, 'KILL');
	$n = Heddle::read_file($file) + 0;
	$answered++ if $n > 41;
	$h->run;
	$h->wait_ready or last;
	$lost++ if $weight->() < $n;
	$n = $weight->();
}
is($answered, $turns, "$turns kills, each with changes before");
is($lost, 0, 'no answered change is lost');
unlike($h->log, qr/used instead|file alone|cannot be written/, 'no file was damaged');

# The process that writes dies: a change is on disk, or is not answered with 200.
# A process that dies before the start is over ends the start.
my $pid = $h->pid;
ok($h->wait_log(qr/master\[$pid\] heddle \d/), 'the start is over');
($wrong, my $refused) = (0, 0);
for my $turn (1 .. 4) {
	my ($writer) = $h->processes('state');
	kill 'KILL', $writer->{pid} if $writer;
	my $status = set(++$n);
	$wrong++ if $status == 200 && $state->backend('web', 'one')->{weight} != $n;
	$refused++ if $status != 200;
	until_true(sub { my ($new) = $h->processes('state'); $new && $new->{pid} != $writer->{pid} }, 20)
		or last;
}
is($wrong, 0, "the writer dies: none is answered before it is on disk ($refused refused)");
ok(until_true(sub { set($n) == 200 }, 20), 'its successor writes');
is($state->backend('web', 'one')->{weight}, $n, '... what is asked for');
$h->finish(alerts => 1);

# It stands still: the change is refused in time, and is not written when it goes on.
$h = heddle("change_timeout: 3s\n$services");
sub patch {
	my ($weight) = @_;
	return Heddle::Http::request($h->control, 'PATCH',
		'/_v1/services/web/backends/one?force=1', qq({"weight": $weight, "state": "ready"}));
}
is((patch(11))[0], 200, 'a change');
my ($writer) = $h->processes('state');
kill 'STOP', $writer->{pid};
my $began = time;
my ($status, $body) = patch(12);
is($status, 507, 'not while it stands still') or diag($body);
like($body, qr/state \(pid $writer->{pid}\) has not written the change to disk in time/,
	'... which says who');
cmp_ok(time - $began, '<', in_time(8), '... and when');
is($weight->(), 11, '... nobody uses it');
is(who($port), 'one', '... and traffic does not notice');
kill 'CONT', $writer->{pid};
is((patch(13))[0], 200, 'a change');
is($state->backend('web', 'one')->{weight}, 13, '... is on disk');
my ($now) = $h->processes('state');
is($now->{counters}{state_writes_total}, $writer->{counters}{state_writes_total} + 1,
	'... and the one that was refused never was');
$h->finish;

# No room.
SKIP: {
	skip('needs root and unshare', 1) if $> != 0 || !program('unshare') || !program('nsenter')
		|| system('unshare -m true 2>/dev/null') != 0;
	$h = heddle($yaml, wrapper => ['unshare', '-m', 'sh', '-c',
		'mount -t tmpfs -o size=64k,mode=0777 tmpfs "$0" && exec "$@"', $state->dir]);
	my $seen = bless { path => '/proc/' . $h->pid . '/root' . $state->path }, 'Heddle::State';
	my @enter = ('nsenter', '-t', $h->pid, '-m');
	is(set(3), 200, 'a change');
	is($seen->backend('web', 'one')->{weight}, 3, '... on disk');
	system(@enter, 'sh', '-c', "dd if=/dev/zero of=${\$state->dir}/fill bs=4k 2>/dev/null");
	my $generation = $h->stats->{generation};
	my $api = Heddle::Shuttle->new($h->control);
	is($api->put('/web/one', { address => $one->address, weight => 4 }), 507, 'no room: 507');
	like($api->body, qr/No space left on device/, '... with the reason');
	is($weight->(), 3, '... and nobody uses it');
	($status, $body) = Heddle::Http::request($h->control, 'PATCH',
		'/_v1/services/web/backends/one', '{"weight": 4}');
	is($status, 507, 'at /_v1 too') or diag($body);
	like($body, qr/No space left on device/, '... with the reason');
	is($h->stats->{generation}, $generation, '... no generation');
	is($seen->backend('web', 'one')->{weight}, 3, '... and the file is as it was');
	is($api->put('/web/one', { address => $one->address, weight => 3 }), 200,
		'what changes nothing needs no room');
	system(@enter, 'rm', $state->dir . '/fill');
	is(set(5), 200, 'room again: a change');
	is($seen->backend('web', 'one')->{weight}, 5, '... on disk');
	is($weight->(), 5, '... and in force');
	$h->finish;
}
done_testing;
