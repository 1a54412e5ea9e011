# SPDX-License-Identifier: BSD-2-Clause
# Limits of a subscription server: what is above them is counted and logged, and costs nobody else; and
# keys that stand for others: *.pattern, dotsplit, the fallback key.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal subscriber);

on_each_event(sub {
	my @nodes = map { backend('uwsgi', name => "n$_") } 1 .. 6;
	my $who = sub { my ($s, $key) = @_; return $s->ask($key) =~ /^(\S+)/ ? $1 : '' };
	my $add = sub { my ($s, $key, $at) = @_; $s->send(announcement($key, $at)) };
	my $s = subscribed(server => "max_keys: 3\nmax_nodes: 5\nmax_nodes_per_key: 2\nmax_nodes_per_sender: 4\ntolerance: 5m");
	my $over = sub {
		my ($count, $words) = @_;
		ok(until_true(sub { $s->datagrams('over_limit') == $count }, 10), $words) or diag(explain($s->count));
	};
	$add->($s, 'a', $nodes[$_]->address) for 0, 1;
	ok($s->wait_nodes(2), 'two nodes of a key');
	$add->($s, 'a', $nodes[2]->address);
	$over->(1, 'max_nodes_per_key');
	is_deeply([sort map { /^(\S+)/ } keys %{ $s->shares(10, 'a') }], ['n1', 'n2'], '... the two have the requests');
	$add->($s, $_, $nodes[3]->address) for 'b', 'c';
	ok($s->wait_nodes(4), 'three keys, four nodes');
	$add->($s, 'd', $nodes[3]->address);
	$over->(2, 'max_keys');
	$add->($s, 'b', $nodes[4]->address);
	$over->(3, 'max_nodes_per_sender');
	my $other = IO::Socket::IP->new(PeerAddr => $s->server, Proto => 'udp', LocalAddr => '127.0.0.2');
	$other->send(announcement('b', $nodes[4]->address));
	ok($s->wait_nodes(5), 'another sender has room');
	$other->send(announcement('c', $nodes[5]->address));
	$over->(4, 'max_nodes');
	$add->($s, 'a', $nodes[0]->address);
	ok(until_true(sub { $s->datagrams('refresh') == 1 }, 10), 'who is known is refreshed');
	like($s->heddle->log, qr/a node of \S+ is not added: max_nodes_per_key: 2 is reached/, 'it is logged');
	$s->send(withdrawal('a', $nodes[1]->address));
	ok($s->wait_nodes(4), 'one unsubscribes');
	$add->($s, 'a', $nodes[2]->address);
	ok($s->wait_nodes(5), '... and there is room for another');
	is($who->($s, $_), 'n4', "$_ goes on") for 'c';
	is($who->($s, 'd'), '', 'a key that found no room is unknown');
	$s->heddle->finish;

	$s = subscribed(server => "dotsplit: on\nfallback_key: spare\ntolerance: 5m", service => 'error_response: off');
	my %pools = ('www.a.test' => 0, '*.a.test' => 1, '*.test' => 2, '.b.org' => 3, '.org' => 4, spare => 5);
	$add->($s, $_, $nodes[$pools{$_}]->address) for keys %pools;
	ok($s->wait_nodes(6), 'patterns, dots and a fallback key');
	my %wanted = ('www.a.test' => 'n1', 'x.a.test' => 'n2', 'y.x.a.test' => 'n2', 'a.test' => 'n3', 'c.test' => 'n3',
		'test' => 'n6', 'www.b.org' => 'n4', 'y.x.b.org' => 'n4', 'b.org' => 'n5', 'c.org' => 'n5',
		'WWW.a.test' => 'n2', 'x.com' => 'n6', '*.a.test' => 'n2');
	is($who->($s, $_), $wanted{$_}, $_) for sort keys %wanted;
	$s->send(withdrawal('spare', $nodes[5]->address));
	ok($s->wait_nodes(5), 'nobody has the fallback key');
	is($who->($s, 'x.com'), '', '... and an unknown key is unknown');
	$s->heddle->finish;
});
