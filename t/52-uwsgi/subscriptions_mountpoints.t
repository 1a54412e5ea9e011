# SPDX-License-Identifier: BSD-2-Clause
# Scenario R4: a route by the first part of the path (unbit/uwsgi#2126). Pools host/app1 and host,
# subscribed in either order; variables are sent on byte for byte.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Heddle::Uwsgi qw(uwsgi_packet);

on_each_event(sub {
	my ($app, $host) = map { backend('uwsgi', name => $_) } qw(app host);
	my %at = ('host/app1' => $app->address, host => $host->address);
	my $s = subscribed(server => 'tolerance: 90s', service => "key: {mountpoints: 1}\nerror_response: off");
	my $ask = sub {
		my $client = client($s->port);
		$client->send(uwsgi_packet(HTTP_HOST => 'host', @_));
		return $client->rest(10) =~ s/\n\z//r;
	};
	my $goes = sub {
		my ($path, $wanted) = @_;
		is($ask->(defined $path ? (PATH_INFO => $path) : ()),
			!$wanted ? '' : "$wanted 0/0 HTTP_HOST=host PATH_INFO=$path",
			defined $path ? "PATH_INFO $path" : 'no PATH_INFO');
	};
	for my $order (['host/app1', 'host'], ['host', 'host/app1']) {
		for (@$order) {
			my $nodes = $s->count->{nodes};
			$s->send(announcement($_, $at{$_}));
			ok($s->wait_nodes($nodes + 1), "$_ is subscribed");
		}
		is($s->count->{keys}, 2, '... two pools');
		$goes->('/app1', 'app');
		$goes->('/app1/', 'app');
		$goes->('/app1/x', 'app');
		$goes->('/app12', 'host');
		$goes->('/', 'host');
		$goes->('', '');
		$goes->(undef, '');
		$goes->('//app1', 'host');
		$goes->('/%61pp1', 'host');
		$s->send(map { withdrawal($_, $at{$_}) } keys %at);
		ok($s->wait_nodes(0), 'both unsubscribe');
		$goes->('/app1', '');
	}
	# One pool alone: the host stands for its paths, and not the other way round.
	$s->send(announcement('host/app1', $at{'host/app1'}));
	ok($s->wait_nodes(1), 'only host/app1');
	$goes->('/app1/x', 'app');
	$goes->('/', '');
	$s->heddle->finish;
});
