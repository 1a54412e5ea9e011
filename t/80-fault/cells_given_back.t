# SPDX-License-Identifier: BSD-2-Clause
# Backends come and go through the API, many more than there is room for at once: their room is
# given back, also when a worker stood still meanwhile, and no process grows.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::Test;

my ($one, $two) = backends('one', 'two');
my ($port, $other) = (free_port, free_port);
time_limit(400);
my $yaml = sub { my ($timeout) = @_; return <<"YAML" };
max_backends: 16
change_timeout: $timeout
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
  api: {listen: "127.0.0.1:$other", backends: {two: "${\$two->address}"}}
YAML
my $h = heddle($yaml->('10s'), workers => 2);
my $api = Heddle::Api->new($h->control);
my $next = 0;
# Adds one, and removes the one before it; the status of the first that fails, or 0.
sub turn {
	my ($count) = @_;
	for (1 .. $count) {
		my $status = $api->put('services/api/backends/n' . ++$next, { address => $two->address });
		return $status if $status != 201;
		who($other);
		$status = $api->remove('services/api/backends/n' . ($next - 1)) if $next > 1;
		return $status if $status != 200 && $status != 201;
	}
	return 0;
}
sub usage {
	my %usage;
	for my $p (grep { $_->{pid} } @{ $h->stats->{processes} }) {
		my $name = "$p->{kind} $p->{slot}";
		$usage{"$name descriptors"} = () = glob "/proc/$p->{pid}/fd/*";
		$usage{"$name memory"} = $h->pss($p->{pid});
	}
	return \%usage;
}

is(turn(60), 0, 'four times as many as there is room for') or diag($api->errors);
my $before = usage();
is(turn(300), 0, '... and twenty times as many') or diag($api->errors);
my $after = usage();
SKIP: {
	skip('no /proc', 1) if !-d "/proc/$$/fd";
	my @grown = grep { /descriptors/ ? $after->{$_} > $before->{$_} + 4
		: !Heddle::sanitized() && $after->{$_} > $before->{$_} + (256 << 10) } sort keys %$before;
	is("@grown", '', '... no process has more descriptors or memory')
		or diag(join "\n", map { "$_: $before->{$_} -> $after->{$_}" } @grown);
}

is(($h->reload($yaml->('300ms')))[0], 0, 'changes wait for 300 ms from now on');

# A worker that stands still may count in any of them: none is given to another backend.
my ($worker) = $h->worker_pids;
$h->kill_worker($worker, 'STOP');
my %seen;
for (1 .. 20) {
	my $status = $api->put('services/api/backends/s' . $_, { address => $two->address });
	$seen{$status}++;
	$api->remove("services/api/backends/s$_") if $status == 503;
	last if $status == 409;
}
ok($seen{409}, 'while a worker stands still there is room for so many') or diag(join ' ', %seen);
like($api->errors, qr/^services: api: no room for more backends; raise max_backends and restart/,
	'... the refusal says what to do');
is(who($port), 'one', '... others are served');
$h->kill_worker($worker, 'CONT');
is(($h->reload($yaml->('10s')))[0], 0, 'and for ten seconds again');
ok($h->wait_for(sub { turn(1) == 0 }, 10, 'room'), 'it goes on: there is room again');
is(turn(40), 0, '... for good') or diag($api->errors);
$h->finish;
done_testing;
