# SPDX-License-Identifier: BSD-2-Clause
# Cheap mode (when_empty: wait) with nodes that subscribe: clients that wait outlive the resolver, a
# worker and reloads; nodes that come and go under load cost no client that waits; a stop waits for none.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(reap);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Heddle::Uwsgi qw(uwsgi_packet);

on_each_event(sub {
	my $node = backend('uwsgi', name => 'node');
	my $s = subscribed(service => 'when_empty: wait', workers => 2);
	my $h = $s->heddle;
	my $come = sub { $s->send(announcement('a.test', $node->address)) };
	my $go = sub {
		$s->wait_nodes(1);	# what is told may be 100 ms old: from before it came
		$s->send(withdrawal('a.test', $node->address));
		ok($s->wait_nodes(0), 'the node goes');
	};
	my $wait = sub { return map { $s->begin('a.test') } 1 .. 12 };
	my $still = sub {
		my ($words, @clients) = @_;
		is(scalar(grep { $_->ended(0.02) ne 'open' } @clients), 0, $words);
	};
	my $answered = sub {
		my (@clients) = @_;
		is(scalar(grep { ($_->line(10) // '') =~ /^node / } @clients), scalar @clients, '... and are answered when a node comes');
	};
	my $other = sub {
		my ($words, $pid, @now) = @_;
		kill 'KILL', $pid;
		ok(until_true(sub { my @pids = map { $_->{pid} } $h->processes($words); @pids && !grep { $_ == $pid } @pids }, 10),
			"the $words is killed");
	};
	my @clients = $wait->();
	$still->('clients wait', @clients);
	$other->('resolver', map { $_->{pid} } $h->processes('resolver'));
	$still->('... also then', @clients);
	until_true(sub { $h->stats->{subscriptions}{apps} }, 10);
	$come->();
	$answered->(@clients);
	$go->();

	@clients = $wait->();
	$other->('worker', ($h->worker_pids)[0]);
	until_true(sub { $h->worker_pids == 2 }, 10);
	$still->('... clients wait', @clients);
	$come->();
	$answered->(@clients);
	$go->();

	@clients = $wait->();
	my ($code, $out) = $h->reload($s->yaml . "watchdog: 21s\n");
	is($code, 0, 'a reload') or diag($out);
	$still->('... clients wait', @clients);
	$come->();
	$answered->(@clients);

	# Who comes in time is served; who comes while nobody is there waits for the next one.
	my $load = load($s->port, connections => 8, until_eof => 1, patience => 20,
		ask => uwsgi_packet(HTTP_HOST => 'a.test'), answer => qr/^(node) .*\n/);
	$load->wait_for(32);
	for (1 .. 10) {
		$s->send(withdrawal('a.test', $node->address));
		$come->();
		$load->wait_for(16);
	}
	my $result = $load->stop;
	my $between = 2 * 10;	# accepted just before a node went
	cmp_ok($result->{eof} + $result->{other}, '<=', $between, "$result->{ok} requests, nodes that come and go") or diag(explain($result));
	is($result->{timeout} + $result->{refused} + $result->{reset}, 0, '... nobody is forgotten') or diag(explain($result));
	$go->();

	@clients = $wait->();
	$h->quit;
	is($h->ended(10), 0, 'QUIT does not wait for clients that wait');
	isnt($_->ended(10), 'open', '... which are closed') for $clients[0];
	@clients = ();
	$h->finish(stopped => 1, alerts => 1);

	# A node that announces itself no more is used until it is removed: nobody is accepted for nothing.
	$s = subscribed(server => 'tolerance: 2s', service => 'when_empty: wait', workers => 2);
	$s->send(announcement('a.test', $node->address));
	ok($s->wait_nodes(1), 'a node that announces itself once');
	my ($client, $line);
	my ($requests, $late) = (0, 0);	# one may be accepted just before, and read just after
	do {
		$client = $s->begin('a.test');
		$line = $client->line(in_time(1)) // '';
		$line =~ / 404 / ? $late++ : $requests++;
	} while ($line ne '' && $late < 2);
	is($line, '', "has $requests requests, until it expires");
	is($client->ended(0.01), 'open', '... and the next client waits');
	$s->send(announcement('a.test', $node->address));
	like($client->line(10), qr/^node /, '... for the next announcement');
	undef $client;
	$s->heddle->finish;
});
