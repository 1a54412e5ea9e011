# SPDX-License-Identifier: BSD-2-Clause
# wrr over subscribed nodes with weights 1 to 10, by four workers: 10,000 requests, each node gets what
# its weight says, within one request.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Heddle::Uwsgi qw(uwsgi_packet);

time_limit(300);
my $all = 55;	# turns

on_each_event(sub {
	my @nodes = map { backend('uwsgi', name => $_) } 1 .. 10;
	my $s = subscribed(server => 'tolerance: 5m', workers => 4);
	my $burst = sub {
		my ($count) = @_;
		my $result = load($s->port, connections => 16, until_eof => 1, patience => 30, limit => $count,
			ask => uwsgi_packet(HTTP_HOST => 'a.test'), answer => qr{^(\d+) 0/0 .*\n})->stop('wait');
		is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed") or diag(explain($result));
		return $result;
	};
	$s->send(map { announcement('a.test', $nodes[$_ - 1]->address, weight => $_) } 1 .. 10);
	ok($s->wait_nodes(10), 'ten nodes');
	my $result = $burst->($Heddle::Test::event eq 'epoll' ? 10_000 : 2_000);
	for (1 .. 10) {
		my $share = $result->{ok} * $_ / $all;
		cmp_ok(abs($result->{names}{$_} - $share), '<=', 1, "weight $_: $result->{names}{$_} of $share");
	}

	# Weights follow announcements, and turns of who comes and goes make no burst.
	$s->send(map { announcement('a.test', $nodes[$_ - 1]->address, weight => 1) } 1 .. 10);
	ok(until_true(sub { $s->datagrams('refresh') == 10 }, 10), 'all have the same weight now');
	my $before = $s->shares(20, 'a.test');
	is(scalar(grep { $_ < 1 || $_ > 3 } values %$before), 0, '... and the same share') or diag(explain($before));
	$s->send(withdrawal('a.test', $nodes[0]->address), announcement('a.test', $nodes[0]->address));
	ok(until_true(sub { $s->datagrams('new') == 11 }, 10), 'one goes and comes back');
	my $shares = $s->shares(30, 'a.test');
	is(scalar(grep { $_ < 2 || $_ > 4 } values %$shares), 0, '... and gets no burst') or diag(explain($shares));
	$s->heddle->finish;
});
