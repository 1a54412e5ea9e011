# SPDX-License-Identifier: BSD-2-Clause
# Under load workers are killed, the resolver is killed and heddle is reloaded: nodes stay known, no
# request fails but those that a killed worker had, and announcements are taken again at once.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance uwsgi_packet);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

on_each_event(sub {
	my $s = subscribed(workers => 2);
	my $h = $s->heddle;
	my @instances = map { uwsgi_instance('a.test', announce => $s->server) } 1 .. 2;
	ok($s->wait_nodes(2), 'two nodes');
	my $resolver = sub { (map { $_->{pid} } $h->processes('resolver'))[0] // 0 };
	my $load = sub {
		return load($s->port, connections => 4, until_eof => 1, patience => 10,
			ask => uwsgi_packet(REQUEST_METHOD => 'GET', PATH_INFO => '/', HTTP_HOST => 'a.test'),
			answer => qr/\A.*\r\n\r\n([\d.:]+)/s);
	};
	my $running = $load->();
	$running->wait_for(64);

	# The resolver: nobody announces meanwhile, or somebody does; the table is there in any case.
	for my $turn (1 .. 3) {
		my $pid = $resolver->() or die "no resolver\n";	# 0 is the whole group
		kill 'KILL', $pid;
		ok(until_true(sub { my $now = $resolver->(); $now && $now != $pid }, 10), "turn $turn: the resolver is another one");
		ok($s->wait_nodes(2), '... and knows two nodes');
		my $seen = $s->datagrams('refresh') // 0;
		ok(until_true(sub { ($s->datagrams('refresh') // 0) > $seen }, 10), '... and takes announcements');
		is($s->datagrams('new'), 2, '... of nodes that it knows already');
		$running->wait_for(32);
	}
	for my $turn (1 .. 3) {
		my ($code, $out) = $h->reload($s->yaml . ($turn % 2 ? "watchdog: ${\(20 + $turn)}s\n" : ''));
		is($code, 0, 'a reload') or diag($out);
		is($s->count->{nodes}, 2, '... keeps the nodes');
		$running->wait_for(32);
	}
	# The server itself is changed, and the reload moves nobody.
	my ($code, $out) = $h->reload($s->yaml =~ s/^(subscriptions:\n  apps:\n)/$1    tolerance: 30s\n/rm);
	is($code, 0, 'a reload that changes the server') or diag($out);
	is($s->count->{nodes}, 2, '... keeps the nodes');
	$running->wait_for(32);
	my $result = $running->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed") or diag(explain($result));
	is(scalar(keys %{ $result->{names} }), 2, 'both nodes had some');

	# A worker that is killed costs what it had: 4 at most. The nodes' counts of sessions come back.
	$running = $load->();
	$running->wait_for(32);
	kill 'KILL', ($h->worker_pids)[0];
	ok(until_true(sub { $h->log =~ /worker \d.*signal 9/ }, 10), 'a worker is killed');
	$running->wait_for(64);
	$result = $running->stop;
	cmp_ok(Heddle::Load::failed($result), '<=', 4, 'it costs its own requests') or diag(explain($result));
	is($s->count->{nodes}, 2, 'the nodes are known');
	$_->stop for @instances;
	ok($s->wait_nodes(0), 'they unsubscribe');
	$h->finish(alerts => 1);
});
