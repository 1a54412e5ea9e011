# SPDX-License-Identifier: BSD-2-Clause
# Real uWSGI instances announce themselves to a fan-out of heddle, and so to two heddles and to an
# original fastrouter: all three know and serve the same nodes, and stop to when one goes.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance uwsgi_router uwsgi_ask uwsgi_packet);

my $missing = uwsgi_missing(qw(fastrouter python3));
plan(skip_all => $missing) if $missing;

# Who answers for a key at the original, as often as it takes to hear all.
sub nodes_at {
	my ($router, $key) = @_;
	my %seen;
	for (1 .. 12) {
		my $client = client($router->address) or next;
		$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', PATH_INFO => '/', HTTP_HOST => $key));
		$seen{Heddle::Subscribed::body($client)}++;
	}
	return join ' ', sort keys %seen;
}

on_each_event(sub {
	my @heddles = map { subscribed(server => 'tolerance: 1h') } 1 .. 2;
	my ($port, $to) = (free_port, free_port);
	my $router = uwsgi_router('fastrouter', "127.0.0.1:$to", '--subscription-tolerance', 3600);
	my $targets = join ', ', map { "\"$_\"" } "127.0.0.1:$to", map { $_->server } @heddles;
	my $fanout = heddle("fanouts:\n  f: {listen: \"127.0.0.1:$port\", targets: [$targets], tolerance: 1h}\n");
	my @instances = map { uwsgi_instance($_, announce => "127.0.0.1:$port", every => 3600) }
		qw(one.test one.test two.test);
	my ($one, $other, $two) = map { $_->address } @instances;
	ok($_->wait_nodes(3), 'a heddle knows three nodes') for @heddles;
	ok($router->wait_nodes('one.test', [$one, $other]), '... and the original does');
	ok($router->wait_nodes('two.test', [$two]), '... all of them');
	for my $s (@heddles) {
		is_deeply($s->shares(20, 'one.test'), { $one => 10, $other => 10 }, 'requests go to two in turns');
		is($s->ask('two.test'), $two, '... and to the other one');
	}
	is(nodes_at($router, 'one.test'), join(' ', sort $one, $other), 'the original has the same');

	$instances[0]->stop;
	ok($_->wait_nodes(2), 'one has unsubscribed') for @heddles;
	ok($router->wait_nodes('one.test', [$other]), '... everywhere');
	is_deeply($_->shares(10, 'one.test'), { $other => 10 }, 'the other one has all') for @heddles;
	is(nodes_at($router, 'one.test'), $other, '... at the original, too');

	# A heddle that was started again is sent what the fan-out knows, once it was seen to be gone.
	$heddles[0]->heddle->stop('KILL');
	my $late = uwsgi_instance('late.test', announce => "127.0.0.1:$port");
	my $refused = sub { $fanout->stats->{fanouts}{f}{targets}{$heddles[0]->server}{dropped}{refused} };
	ok(until_true($refused, 10), 'one is gone');
	$heddles[0]->heddle->run;
	ok($heddles[0]->heddle->wait_ready, '... and started again');
	ok($heddles[0]->wait_nodes(3), '... and knows all, though two do not announce') or diag($fanout->log);
	is($heddles[0]->ask('two.test'), $two, '... and serves');
	$_->finish(alerts => 1) for $fanout, map { $_->heddle } @heddles;
});
