# SPDX-License-Identifier: BSD-2-Clause
# Real uWSGI instances announce themselves through a fan-out to two subscription servers: both know
# all of them. A third one that DNS adds knows them at once, though nobody announces again.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);
use Heddle::Knot qw(knot knot_missing);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance uwsgi_router);

my $missing = knot_missing() || uwsgi_missing(qw(fastrouter http python3));
plan(skip_all => $missing) if $missing;

my @forever = ('--subscription-tolerance', 3600);
sub records { return join '', map { "routers 1 A 127.0.1.$_\n" } @_ }

on_each_event(sub {
	my $to = free_port;
	my @routers = (uwsgi_router('fastrouter', "127.0.1.1:$to", @forever),
		uwsgi_router('http', "127.0.1.2:$to", @forever));
	my $knot = knot('site.test' => records(1, 2));
	my $port = free_port;
	my $h = heddle(<<"YAML");
resolver: {servers: ["${\$knot->address}"], min_ttl: 1s}
fanouts:
  f: {listen: "127.0.0.1:$port", tolerance: 10m, targets: ["routers.site.test:$to"]}
YAML
	my $fanout = sub { ($h->stats // {})->{fanouts}{f} // {} };
	ok(until_true(sub { keys %{ $fanout->()->{targets} // {} } == 2 }, 10), 'two targets');
	my @instances = map { uwsgi_instance($_, announce => "127.0.0.1:$port", every => 3600) }
		qw(one.test one.test two.test);
	my @one = map { $_->address } @instances[0, 1];
	my $two = $instances[2]->address;
	for my $router (@routers) {
		ok($router->wait_nodes('one.test', \@one), "$router->{plugin} knows both of one");
		ok($router->wait_nodes('two.test', [$two]), '  and that of two');
	}
	ok(until_true(sub { $fanout->()->{known} == 3 }, 10), 'heddle knows three');

	push @routers, uwsgi_router('fastrouter', "127.0.1.3:$to", @forever);
	is($routers[2]->known, 0, 'a third router knows nobody');
	$knot->zone('site.test', records(1, 2, 3));
	ok(until_true(sub { $fanout->()->{targets}{"127.0.1.3:$to"} }, 10), 'DNS adds it');
	my $added = time;
	ok(until_true(sub { $routers[2]->known == 3 }, 10), 'it knows all of them');
	cmp_ok(time - $added, '<', in_time(5), '  at once');
	ok($routers[2]->wait_nodes('one.test', \@one), '  those of one');

	$instances[0]->stop;
	ok($_->wait_nodes('one.test', [$one[1]]), 'one has withdrawn, everywhere') for @routers;
	ok(until_true(sub { $fanout->()->{known} == 2 }, 10), 'heddle has forgotten it');
	$instances[0]->start;
	ok($_->wait_nodes('one.test', \@one), 'it is back, everywhere') for @routers;

	# A router that was started again knows all as soon as it is noticed.
	$routers[0]->kill;
	my $other = uwsgi_instance('three.test', announce => "127.0.0.1:$port", every => 1);
	my $refused = sub { $fanout->()->{targets}{"127.0.1.1:$to"}{dropped}{refused} };
	ok(until_true($refused, 10), 'a dead router refuses');
	$routers[0]->start;
	ok(until_true(sub { $routers[0]->known == 4 }, 10), 'started again it knows all');
	ok($routers[0]->wait_nodes('one.test', \@one), '  those of one');
	$h->finish;
});
