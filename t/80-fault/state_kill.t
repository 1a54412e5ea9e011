# SPDX-License-Identifier: BSD-2-Clause
# Killed with -9 at any moment, the master, the process that writes, or all: what a start finds is
# whole, and what was written is there.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;

my $state = Heddle::State->new;
my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = sub { my ($weight) = @_; return <<"YAML" };
state: ${\$state->path}
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}", weight: $weight}}}
YAML
my $on_disk = sub { return $state->backend('web', 'one')->{weight} // 0 };
my $h = heddle($yaml->(1));
my $turns = $ENV{HEDDLE_TURNS} // 6;
my $weight = 1;
time_limit(60 + 10 * $turns);
srand($ENV{HEDDLE_SEED} // 7);

# The process that writes; one that dies before the start is over ends the start.
my $master = $h->pid;
ok($h->wait_log(qr/master\[$master\] heddle \d/), 'the start is over');
for my $turn (1 .. $turns) {
	my ($writer) = $h->processes('state');
	$weight++;
	$h->configure($yaml->($weight));
	$h->signal('HUP');
	select undef, undef, undef, rand 0.01;	# at any moment, not until something has happened
	kill 'KILL', $writer->{pid} if $writer;
	until_true(sub { $on_disk->() == $weight }, 20) or last;
	until_true(sub { my ($new) = $h->processes('state'); $new && $new->{pid} != $writer->{pid} }, 20)
		or last;
}
is($on_disk->(), $weight, "the process that writes, $turns times: its successor has written");
unlike($h->log, qr/state_damaged|cannot be written/, 'nothing was damaged');

# The master, and all.
my $lost = 0;
for my $turn (1 .. $turns) {
	my @all = map { $_->{pid} } @{ ($h->stats // {})->{processes} // [] };
	$h->configure($yaml->(++$weight));
	$h->signal('HUP');
	select undef, undef, undef, rand 0.01;
	kill 'KILL', $turn % 2 ? $h->pid : ($h->pid, grep { $_ } @all);
	end_child($h->pid);
	$h->run;
	$h->wait_ready or last;
	$lost++ if $h->backend('web', 'one')->{weight} != $weight;
}
is($lost, 0, "the master or all, $turns times: it starts with what the file says");
unlike($h->log, qr/used instead|file alone|cannot be written/, 'no file was damaged');
ok(until_true(sub { $on_disk->() == $weight }, 20), 'and is written');
$h->finish(alerts => 1);
done_testing;
