# SPDX-License-Identifier: BSD-2-Clause
# The stats: the names of formats.md, the numbers of what happened.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;

my $one = backend('named', name => 'one');
my $two = backend('refusing');
my ($port, $other) = (free_port, free_port);
my $h = heddle(<<"YAML", workers => 2);
services:
  web:
    listen: 127.0.0.1:$port
    balance: first
    max_connections: 50
    backends:
      one: {address: "${\$one->address}", weight: 2, max_connections: 20}
  dead: {listen: "127.0.0.1:$other", backends: ["${\$two->address}"]}
YAML
is(many($port, 3), 'one one one', 'three sessions');
client($other)->ended;
ok($h->wait_for(sub { $h->settled eq '' }, 5, 'the sessions to end'), 'all ended');

my ($status, $body, $headers) = $h->get('/_v1/stats');
is($status, 200, 'an answer');
is($headers->{'content-type'}, 'application/json', 'of JSON');
is($headers->{'x-heddle-generation'}, 1, 'that says which generation it is of');
my $stats = $h->stats;
is($stats->{generation}, 1, '... and in it');
is($stats->{pid}, $h->pid, 'the master');
is($stats->{state}, 'ready', 'the state');
like($stats->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/, 'the time');
my %kinds;
$kinds{ $_->{kind} }++ for @{ $stats->{processes} };
is_deeply(\%kinds, { master => 1, worker => 2, resolver => 1, control => 1 }, 'processes');
my ($worker) = $h->processes('worker');
is($worker->{status}, 'serving', 'a worker serves');
cmp_ok($worker->{memory_bytes}, '>', 100_000, '... uses memory');
cmp_ok($worker->{fds_limit}, '>', 0, '... and may have descriptors');
ok($worker->{busy} >= 0 && $worker->{busy} <= 1, '... is busy for a share of its time');
is($stats->{counters}{accepted_total}, 4, 'what all have accepted');

my $web = $stats->{services}{web};
is_deeply([@{$web}{qw(status protocol backends_up backends_total sessions_total sessions_limit)}],
	['up', 'tcp', 1, 1, 3, 50], 'the service');
is_deeply($web->{listen}, ["127.0.0.1:$port"], '... its addresses');
is_deeply($web->{ended}, { done => 3 }, '... why its sessions ended');
is($web->{connect_seconds}{count}, 3, '... how long connecting took');
cmp_ok($web->{duration_seconds}{p99}, '>', 0, '... and all of it');
is_deeply([@{ $web->{changed} }{qw(generation by)}], [1, 'file'], '... who changed it');
cmp_ok($web->{bytes_to_backend}, '>', 0, '... bytes');
my $row = $web->{backends}{one};
is_deeply([@{$row}{qw(address state status weight weight_in_use sessions_total sessions_limit)}],
	[$one->address, 'ready', 'up', 2, 2, 3, 20], 'the backend');
is($row->{check}, undef, '... which nobody checks');
is($row->{last_session} =~ /^20/, 1, '... when it was last used');
my $dead = $stats->{services}{dead};
is_deeply($dead->{ended}, { connect_failed => 1 }, 'a service that cannot serve');
is($dead->{backends}{ $two->address }{errors}{refused}, 1, '... and why');

$h->finish;
done_testing();
