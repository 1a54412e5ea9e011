#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Limits of a service that a route of another one leads to: sessions that come that way count as its
# own, wait for room as its own do, and are given back however they end.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);

my $packet = uwsgi_packet(HTTP_HOST => 'k');

# A request that stays open: the node has it once it has answered the first line.
sub open_at {
	my ($port) = @_;
	my $client = client($port);
	$client->send($packet . "one\n");
	return $client;
}

on_each_event(sub {
	my ($port, $own, $narrow) = map { free_port } 1 .. 3;
	my $node = backend('echo');
	my $late = backend('named', name => 'late');
	my $h = heddle(<<"YAML", workers => 2);
services:
  sites: {protocol: uwsgi, listen: "127.0.0.1:$port", routes: [{backends: app}]}
  both: {protocol: uwsgi, listen: "127.0.0.1:$narrow", routes: [{backends: app}, {nodes: ["${\$late->address}"], for: failed}]}
  app: {listen: "127.0.0.1:$own", max_connections: 2, backends: {one: "${\$node->address}"}}
YAML
	my $active = sub { return $h->service($_[0])->{sessions_active} };

	my $first = open_at($port);
	is($first->line, $packet . 'one', 'a session by the route');
	is($active->('app'), 1, '... counts at the service that has the node');
	is($active->('sites'), 1, '... and at its own');
	my $second = client($own);
	is($second->ask('two'), 'two', 'one of the service itself');
	is($active->('app'), 2, '... counts beside it');
	is(client($own)->ended(10), 'closed', 'the limit: one more of its own is closed');
	my $third = open_at($port);
	is($third->ended(10), 'closed', '... and one by the route');
	my ($refused) = grep { $_->{service} eq 'sites' } $h->access(2);
	is($refused->{reason}, 'no_backend', '... for there is no node');
	my $fourth = client($narrow);
	$fourth->send($packet);
	$fourth->send("?\n");
	like($fourth->line, qr/^late /, 'a route for what failed follows');
	$fourth->close;

	# room comes while one waits, which it does for a quarter of a second: the workers find both at once
	my @workers = $h->worker_pids;
	kill 'STOP', @workers;
	my $fifth = open_at($port);
	$second->reset;
	kill 'CONT', @workers;
	is($fifth->line(10), $packet . 'one', 'one that waits for room is served') or diag($h->log);
	is($active->('app'), 2, '... and counts');
	$fifth->close;
	ok($h->wait_for(sub { $active->('app') == 1 }, 10, 'the end'), '... until it ends');

	# what a dead worker held
	$h->kill_worker($_) for $h->worker_pids;
	ok($h->wait_for(sub { my $app = $h->service('app') or return 0;
		$app->{sessions_active} == 0 && $active->('sites') == 0 }, 10, 'nobody'),
		'sessions of workers that died are given back');
	my @again = map { open_at($port) } 1 .. 2;
	is(join(' ', map { $_->line } @again), join(' ', ($packet . 'one') x 2), '... and there is room for both');
	$_->close for @again;

	ok($h->wait_for(sub { $active->('app') == 0 }, 10, 'nobody'), 'nobody');
	$h->finish(alerts => 2);
});
