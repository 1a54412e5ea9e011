# SPDX-License-Identifier: BSD-2-Clause
# What a killed worker held is counted as lost, and given back.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web:
    listen: 127.0.0.1:$port
    max_connections: 20
    balance: least_connections
    backends: [{name: one, address: "${\$one->address}"}, {name: two, address: "${\$two->address}"}]
YAML
	my @held = one_each($port, 20);
	is($h->service('web')->{sessions_active}, 20, 'full');
	my ($victim) = $h->worker_pids;
	my ($row) = grep { $_->{pid} == $victim } $h->processes('worker');
	$h->kill_worker($victim);
	my $lost = $row->{sessions_active};
	ok($h->wait_for(sub { ($h->service('web')->{ended}{lost} // 0) == $lost }, 5, 'them'),
		"its $lost sessions are lost");
	ok($h->wait_for(sub { $lost == grep { !$_->is_open } @held }, 5, 'it'), '... and closed');
	@held = grep { $_->is_open } @held;
	push @held, one_each($port, 20 - @held);
	is(scalar(grep { $_->is_open } @held), 20, 'as many may come again');
	my %count;
	$count{ $_->{name} }++ for @held;
	is_deeply(\%count, { one => 10, two => 10 }, 'the counts of backends are right');
	@held = ();
	$h->finish(alerts => 1);
});
