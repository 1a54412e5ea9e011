#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A client that changes things without a pause is slowed down after a burst; all changes are made.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Time::HiRes qw(time);

time_limit(300);
use constant { BURST => 32, PACE => 0.003, CHANGES => 132 };	# changes_pace.c

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML");
change_timeout: 8s
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
my $path = 'services/web/backends/one';

my $began = time;
my @statuses = map { $api->patch($path, { weight => 1 + $_ }) } 1 .. CHANGES;
my $took = time - $began;
is(scalar(grep { $_ == 200 } @statuses), CHANGES, 'each change is answered');
# heddle counts in whole milliseconds: the first change may count from up to one before it.
cmp_ok($took, '>', (CHANGES - BURST - 2) * PACE, 'one after the other they keep the pace');

# Together they need few changes: all are in one of a generation that several share.
my $before = $h->stats->{generation};
my @calls = map { my $round = $_; map { ['PUT', "services/web/backends/b$_",
	{ address => $one->address, weight => $round }] } 1 .. 20 } 1 .. 10;
my @together;
my ($worker) = $h->worker_pids;
while (my @part = splice @calls, 0, 20) {
	my @clients = map { client($h->control) } @part;
	kill 'STOP', $worker;	# the first one waits for it, and the others for the first one
	$clients[$_]->send($api->bytes(@{ $part[$_] })) for 0 .. $#part;
	kill 'CONT', $worker;
	push @together, map { $api->answer($_) } @clients;
}
is(scalar(grep { $_ == 200 || $_ == 201 } @together), 200, 'clients in parallel are all answered');
cmp_ok($h->stats->{generation} - $before, '<', 150, '... by fewer changes than calls');
is($api->object('services/web/backends/b20')->{weight}, 10, '... and the last one is in force');
is(who($port), 'one', 'traffic is served');
$h->finish;
done_testing();
