#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Processes are killed and stopped while the API changes backends: what was answered is in force in
# every process and on disk, and clients of another service notice nothing.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use File::Temp;
use Time::HiRes qw(sleep time);

time_limit(120);
my $folder = File::Temp->newdir('heddle-changes-XXXXXX', TMPDIR => 1);
chmod 0777, "$folder";
my ($one, $two) = backends('one', 'two');
my ($port, $other) = (free_port, free_port);
my $h = heddle(<<"YAML", workers => 3);
state: $folder/state.json
change_timeout: 5s
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
  api: {listen: "127.0.0.1:$other", backends: {two: "${\$two->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
srand(my $seed = int($ENV{SEED} // time));
note("SEED=$seed");

my (%known, %count, @failed);
sub note_answer {
	my ($name, $weight, $status) = @_;
	$count{$status}++;
	# undef: it is not there. What had no answer, or one that leaves it open, is not known.
	if ($status == 200 || $status == 201) { $known{$name} = $weight }
	elsif ($status == 404) { $known{$name} = undef }
	else { delete $known{$name} }
}

# So many changes at the same time, no two of one backend; the code runs while they are under way.
sub changes {
	my ($number, $code) = @_;
	my (%calls, @order);
	while (keys %calls < $number) {
		my $name = 'b' . int rand 30;
		$calls{$name} = rand() < .3 ? undef : 2 + int rand 90;
	}
	for my $name (sort keys %calls) {
		my $path = "services/api/backends/$name";
		my $client = Heddle::Client->new($h->control);
		my @call = defined $calls{$name}
			? ('PUT', $path, { address => $one->address, weight => $calls{$name} }) : ('DELETE', $path);
		$client->send($api->bytes(@call)) if $client;
		push @order, [$name, $client];
	}
	$code->() if $code;
	note_answer($_->[0], $calls{ $_->[0] }, $_->[1] ? $api->answer($_->[1]) : 0) for @order;
}

sub compare {
	my $there = $api->object('services/api')->{backends};
	return join ', ', map { my $have = ($there->{$_} // {})->{weight} // 'none';
		my $want = $known{$_} // 'none'; $have eq $want ? () : "$_ is $have, not $want" }
		sort keys %known;
}

sub serving {
	return 5 == grep { $_->{status} eq 'serving' && $_->{kind} =~ /worker|state|control/ }
		@{ ($h->stats // {})->{processes} // [] };
}

# Each way to fail for each kind. Only what is up again is hit: all at once would be another test.
my @hits = map { my $kind = $_; map { [$kind, $_] } qw(KILL ABRT STOP) } qw(worker control state);
my @missing;
for my $hit (sort { rand() <=> .5 } @hits, @hits) {
	my ($kind, $signal) = @$hit;
	changes(3);
	my @processes = grep { $_->{kind} eq $kind } @{ ($h->stats // {})->{processes} // [] };
	my $victim = $processes[rand @processes]{pid};
	changes(8, sub {
		kill $signal, $victim;
		return if $signal ne 'STOP';
		sleep 0.05;
		kill 'CONT', $victim;
	});
	push @failed, "$signal $kind" if who($port) ne 'one';
	until_true(\&serving, 20) or push @missing, "$signal $kind";
}
is("@missing", '', 'each is started again');
note(join ', ', map { "$_: $count{$_}" } sort keys %count);
is("@failed", '', 'clients of another service notice nothing');
ok(until_true(sub { changes(1); ($count{200} // 0) + ($count{201} // 0) > 50 }, 20),
	'changes are answered');
is(compare(), '', 'what was answered is in force');
# Each says so in its own time.
my $behind;
until_true(sub {
	my $stats = $h->stats // return;
	$behind = join ' ', map { "$_->{kind} $_->{generation}" } grep { $_->{generation} != $stats->{generation} }
		@{ $stats->{processes} };
	return $behind eq '';
}, 10);
is($behind, '', 'all processes have the same generation');
kill 'KILL', $h->pid;
end_child($h->pid);
$h->run;
$h->wait_ready;
is(compare(), '', '... and after kill -9 of the master it is still there');
$h->finish(alerts => 1);
done_testing();
