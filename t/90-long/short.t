# SPDX-License-Identifier: BSD-2-Clause
# 10,000 short connections: all served, all counted, all logged, nothing left.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my @names = qw(one two);
	my @there = backends(@names);
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web:
    listen: 127.0.0.1:$port
    balance: least_connections
    backends: ["${\$there[0]->address}", "${\$there[1]->address}"]
YAML
	my @loads = map { load($port, connections => 16, limit => 5000) } 1 .. 2;
	my @results = map { $_->stop(1) } @loads;
	is(Heddle::Load::failed($_), 0, "none of $_->{ok} failed") or diag(explain($_))
		for @results;
	my $sum = $results[0]{ok} + $results[1]{ok};
	$h->wait_for(sub { $h->settled eq '' }, 10, 'all to end');
	is($h->service('web')->{sessions_total}, $sum, 'all counted');
	is($h->service('web')->{ended}{done}, $sum, '... as done');
	is(scalar($h->access($sum)) + $h->counter('log_lines_dropped_total'), $sum,
		'... and logged');
	$h->finish;
});
