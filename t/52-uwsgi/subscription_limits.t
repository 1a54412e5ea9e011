# SPDX-License-Identifier: BSD-2-Clause
# The limits of a subscription server: reached exactly, told in the log, and there is room again when
# something goes. Pools that do not fit into memory as they are.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sender);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet);

my $node = backend('script', on => qr/HTTP_HOST/, text => "node\n");

on_each_event(sub {
	my $s;
	my $is = sub {
		my ($want, $what) = @_;
		my $have = '';
		ok(until_true(sub {
			my $c = $s->count;
			$have = "keys $c->{keys} nodes $c->{nodes} over $c->{datagrams}{over_limit}";
			$have eq $want
		}, 5), $what) or diag("$have, not $want");
	};
	my $full = sub { my ($limit, $n) = @_; ok($s->heddle->wait_log(qr/is not added: $limit: $n is reached/), "... the log says $limit") };

	$s = subscribed(server => "max_keys: 3\nmax_nodes: 100\nmax_nodes_per_key: 5\ntolerance: 90s");
	$s->send(map { announcement("k$_", '10.0.0.1:1') } 1 .. 4);
	$is->('keys 3 nodes 3 over 1', 'max_keys');
	$full->('max_keys', 3);
	$s->send(map { announcement('k1', "10.0.0.$_:1") } 2 .. 7);
	$is->('keys 3 nodes 7 over 3', 'max_nodes_per_key');
	$full->('max_nodes_per_key', 5);
	$s->send(announcement('k1', '10.0.0.5:1', weight => 9), withdrawal('k1', '10.0.0.3:1'), announcement('k1', '10.0.0.9:1'));
	$is->('keys 3 nodes 7 over 3', 'a refresh at the limit, and another one where one went');
	$s->send(withdrawal('k2', '10.0.0.1:1'), announcement('k5', '10.0.0.1:1'), announcement('k6', '10.0.0.1:1'));
	$is->('keys 3 nodes 7 over 4', 'another key where one went');
	$s->heddle->reload($s->yaml =~ s/max_keys: 3/max_keys: 1/r =~ s/max_nodes_per_key: 5/max_nodes_per_key: 2/r);
	$s->send(announcement('k1', '10.0.0.5:1'), announcement('k7', '10.0.0.1:1'), announcement('k1', '10.0.0.77:1'));
	$is->('keys 3 nodes 7 over 6', 'lower limits: what is there stays, nothing comes');
	$s->heddle->finish;

	$s = subscribed(server => "max_nodes: 4\nmax_nodes_per_sender: 3\ntolerance: 90s");
	my ($one, $two) = map { sender($s->server, from => "127.0.0.$_:" . free_port) } 7, 8;
	$one->send(announcement("k$_", '10.0.0.1:1')) for 1 .. 4;
	$is->('keys 3 nodes 3 over 1', 'max_nodes_per_sender');
	$full->('max_nodes_per_sender', 3);
	$two->send(announcement($_, '10.0.0.1:1')) for 'k1', 'k5';
	$is->('keys 4 nodes 4 over 1', 'another sender, which also takes one over');
	$two->send(announcement('k6', '10.0.0.1:1'));
	$is->('keys 4 nodes 4 over 2', 'max_nodes');
	$full->('max_nodes', 4);
	$two->send(withdrawal('k5', '10.0.0.1:1'));
	$is->('keys 3 nodes 3 over 2', 'one goes');
	$one->send(announcement('k8', '10.0.0.1:1'));
	$is->('keys 4 nodes 4 over 2', 'the first sender has room for the one that was taken over');
	$s->heddle->finish;

	# As many nodes as fit, with the longest names.
	$s = subscribed(server => "max_nodes_per_key: 1024\ntolerance: 90s");
	my $long = sub { my ($n) = @_; return packet(0, key => 'big', address => sprintf('/%0100d', $n), vassal => sprintf '%0255d', $n) };
	$s->send(announcement('big', $node->address));
	for my $n (1 .. 400) {
		$s->send($long->($n));
		until_true(sub { ($s->count->{nodes} // 0) + ($s->datagrams('over_limit') // 0) == $n + 1 }, 5) if $n % 100 == 0;
	}
	my ($nodes, $over) = ($s->count->{nodes}, $s->datagrams('over_limit'));
	is($nodes + $over, 401, "a key with the longest names: $nodes fit");
	cmp_ok($nodes, '>', 40, '... some');
	$s->send(packet(0, key => 'big', address => $node->address, vassal => 'v' x 255), $long->($nodes - 1), $long->(500));
	ok(until_true(sub { my $d = $s->count->{datagrams}; $d->{refresh} + $d->{over_limit} == $over + 3 }, 5), 'what grows does not fit, either');
	is($s->count->{nodes}, $nodes, '... and nothing is lost');
	$s->send(map { packet(1, key => 'big', vassal => sprintf '%0255d', $_) } 1 .. $nodes - 1);
	ok($s->wait_nodes(1), 'they can go');
	is($s->ask('big'), 'node', '... and the one that is left is used');
	$s->heddle->finish;

	# A sender at the limit does not fill the log.
	$s = subscribed(server => "max_nodes: 2\ntolerance: 90s");
	for my $turn (1 .. 2000) {
		$s->send(announcement('a', '10.0.0.1:1'), announcement('a', '10.0.0.2:1'), announcement('a', '10.0.0.3:1'), withdrawal('a', '10.0.0.1:1'));
		until_true(sub { ($s->datagrams('unsubscribe') // 0) + $s->count->{kernel_dropped} >= $turn }, 5) if $turn % 100 == 0;
	}
	ok(until_true(sub { ($s->datagrams('unsubscribe') // 0) + $s->count->{kernel_dropped} >= 1500 }, 10), 'at the limit, again and again');
	my $told = () = $s->heddle->log =~ /max_nodes: 2 is reached/g;
	cmp_ok($told, '<', 200, "... the log is not filled: $told lines");
	$s->heddle->finish;
});
