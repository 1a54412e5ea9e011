# SPDX-License-Identifier: BSD-2-Clause
# forward: a server announces its keys to other servers, with the sum of their weights, and withdraws
# them with the last node. No loop of servers announces for ever.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink);
use Heddle::Dns qw(dns);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet pairs);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_router uwsgi_packet);
use Time::HiRes qw(sleep);

my ($one, $two) = map { backend('script', name => $_, on => qr/HTTP_HOST/, text => "$_\n") } qw(one two);

# A server that forwards to these.
sub forwarding {
	my ($to, %o) = @_;
	my $port = free_port;
	my $list = join ', ', map { "\"$_\"" } @$to;
	return subscribed(%o, port => $port, server => "forward: [$list]\nforward_address: \"127.0.0.1:$port\"\n" . ($o{server} // ''));
}

# "add KEY ADDRESS WEIGHT" for each datagram.
sub told {
	my ($sink) = @_;
	return map { my %p = pairs($_); join ' ', ($p{command} ? 'remove' : 'add'), $p{key}, $p{address}, $p{weight} } $sink->got;
}

# It ends a session whose client says that it has said all.
sub through { my ($router) = @_; my $c = client($router->address); $c->send(uwsgi_packet(HTTP_HOST => 'a.test')); return $c->rest(20) }

on_each_event(sub {
	my $up = sink();
	my $s = forwarding([$up->address], server => 'tolerance: 8s', workers => 1);
	my $own = '127.0.0.1:' . $s->port;
	my $next = sub {
		my ($want, $what) = @_;
		$up->wait_for(sub { 1 }, 30);
		is(join('|', told($up)), $want, $what);
		$up->forget;
	};
	$s->send(announcement('a.test', $one->address, weight => 3, modifier1 => 5, modifier2 => 6, cores => 2, load => 9, x => 'y', sni_key => '/k'));
	is($up->wait_count(1), 1, 'a key is announced');
	my %p = pairs(($up->got)[0]);
	is_deeply([map { $p{$_} } qw(command key address modifier1 modifier2 cores load weight)], [0, 'a.test', $own, 5, 6, 2, 9, 3], '... as what it is');
	is(join(' ', sort keys %p), 'address command cores heddle_path key load modifier1 modifier2 weight', '... and nothing else');
	like(($up->got)[0], qr/^\xe0..\0.*key.*address.*modifier1.*modifier2.*cores.*load.*weight/s, '... in the order of uWSGI');
	$up->forget;
	$s->send(announcement('a.test', $one->address, weight => 3)) for 1 .. 5;
	ok(until_true(sub { $s->datagrams('refresh') == 5 }), 'it is announced again');
	is($up->count, 0, '... and forwarded not so often');
	$s->send(announcement('a.test', $two->address, weight => 4));
	$next->("add a.test $own 7", 'a second node: the sum');
	$s->send(announcement('a.test', $two->address, weight => 65535));
	$next->("add a.test $own 65538", 'another weight: at once');
	$s->send(withdrawal('a.test', $two->address));
	$next->("add a.test $own 3", 'one goes: what is left');
	$s->send(withdrawal('a.test', $two->address));
	ok(until_true(sub { $s->datagrams('unsubscribe') == 2 }), 'one that is gone goes again');
	is($up->count, 0, '... which tells nobody anything');
	$s->send(withdrawal('a.test', $one->address));
	$next->("remove a.test $own 0", 'the last one goes');
	$s->send(announcement('b.test', $one->address));
	$next->("add b.test $own 1", 'another key');
	$next->("remove b.test $own 0", '... which expires');
	$s->send(announcement('c.test', $one->address), announcement('d.test', $two->address));
	is($up->wait_count(2), 2, 'two keys');
	$up->forget;
	my $yaml = $s->yaml;
	$s->heddle->reload($yaml =~ s/tolerance: 8s/tolerance: 90s/r);
	$s->send(announcement('c.test', $one->address), announcement('d.test', $two->address));
	until_true(sub { $s->datagrams('refresh') >= 7 });
	$s->send(withdrawal('d.test', $two->address));
	ok($up->wait_for(sub { my %q = pairs($_[0]); $q{command} == 1 && $q{key} eq 'd.test' }), 'a changed configuration: what was announced is withdrawn all the same');
	$up->forget;
	# The resolver dies: its successor withdraws what it has never announced.
	my ($resolver) = $s->heddle->processes('resolver');
	kill 'KILL', $resolver->{pid};
	ok(until_true(sub { my ($now) = $s->heddle->processes('resolver'); $now && $now->{pid} != $resolver->{pid} }), 'the resolver dies');
	$s->send(withdrawal('c.test', $one->address));
	ok($up->wait_for(sub { my %q = pairs($_[0]); $q{command} == 1 && $q{key} eq 'c.test' }), '... its successor withdraws as well');
	$up->forget;
	$s->send(announcement('e.test', $one->address));
	$next->("add e.test $own 1", 'one more');
	$s->heddle->reload($yaml =~ s/tolerance: 8s/tolerance: 90s/r =~ s/^subscriptions:.*?^services/services/smr =~ s/routes:\n\s+- subscriptions: apps/backends: ["127.0.0.1:1"]/r);
	$next->("remove e.test $own 0", 'the server is removed');
	$s->heddle->finish(alerts => 1);

	# heddle stops.
	$up->forget;
	$s = forwarding([$up->address], server => 'tolerance: 90s');
	$own = '127.0.0.1:' . $s->port;
	$s->send(announcement('a.test', $one->address));
	$next->("add a.test $own 1", 'a key');
	$s->heddle->finish;
	$next->("remove a.test $own 0", 'heddle stops: it is withdrawn');

	# It stops gracefully: others are told before its sessions have ended.
	$up->forget;
	my $slow = backend('stuck');
	$s = forwarding([$up->address], server => 'tolerance: 90s');
	$s->send(announcement('a.test', $slow->address));
	is($up->wait_count(1), 1, 'a key again');
	my $session = $s->begin('a.test');
	ok(until_true(sub { $s->heddle->service('sites')->{sessions_active} }), 'a session');
	$s->heddle->quit;
	is($up->wait_count(2), 2, '... which goes on while the key is withdrawn');
	is($session->ended(0), 'open', '... before it has ended');
	$session->close;
	$slow->stop;
	is($s->heddle->ended, 0, '... and heddle ends');

	# Two that forward to each other, with a node at each for the same key.
	my ($p, $q) = (free_port, free_port);
	my @pair;
	my $tap = sink();	# sees all that the first one forwards
	for my $n (0, 1) {
		my $other = '127.0.0.1:' . ($q, $p)[$n];
		$pair[$n] = forwarding([$n ? () : $tap->address, $other], listen => ['"127.0.0.1:' . ($p, $q)[$n] . '"'], server => 'tolerance: 90s');
	}
	my @names = ($one, $two);
	for (1 .. 10) {
		$pair[$_]->send(announcement('a.test', $names[$_]->address, weight => 1)) for 0, 1;
		sleep 0.02;
	}
	ok(until_true(sub { $pair[$_]->count->{nodes} >= 1 && $pair[$_]->datagrams('refresh') >= 9 }), 'two that forward to each other') for 0, 1;
	my $most = 0;
	for my $bytes ($tap->got) { my %r = pairs($bytes); $most = $r{weight} if $r{weight} > $most }
	cmp_ok($most, '<=', 2, 'the weights do not grow');
	cmp_ok($tap->count, '<=', 6, '... and few datagrams are sent') or diag(join "\n", told($tap));
	for my $n (0, 1) {
		my %shares = %{ $pair[$n]->shares(20, 'a.test') };
		is(join(' ', grep { !/^(?:one|two)$/ } keys %shares), '', 'all requests are answered');
	}
	# it would be hundreds for ever
	ok(until_true(sub { my $seen = $tap->count; sleep 0.3; $tap->count == $seen }), 'silence then');
	cmp_ok($tap->count, '<=', 6, '... after few datagrams');
	$_->heddle->finish for @pair;

	# One that forwards to itself.
	my $self = free_port;
	$s = forwarding(["127.0.0.1:$self"], listen => ["\"127.0.0.1:$self\""], server => 'tolerance: 90s');
	$s->send(announcement('a.test', $one->address));
	ok(until_true(sub { $s->datagrams('denied') == 1 }), 'one that forwards to itself: denied');
	is($s->count->{nodes}, 1, '... and one node');
	$s->heddle->finish;

	# A chain of three, through names; the target is not there at first.
	my $dns = dns('up.test' => ['60 A 127.0.0.1']);
	my ($p2, $p3) = (free_port, free_port);
	my $first = forwarding(["up.test:$p2"], server => 'tolerance: 90s', top => "resolver: {servers: [\"${\$dns->address}\"]}");
	$first->send(announcement('a.test', $one->address, weight => 2));
	ok($first->wait_nodes(1), 'a chain: the target is not there');
	$dns->wait_questions(1, 'up.test');
	my $third = subscribed(listen => ["\"127.0.0.1:$p3\""], server => 'tolerance: 90s');
	my $second = forwarding(["127.0.0.1:$p3"], listen => ["\"127.0.0.1:$p2\""], server => 'tolerance: 90s');
	ok(until_true(sub { $first->send(announcement('a.test', $one->address, weight => 2)); sleep 0.1; $third->ask('a.test') eq 'one' }, 20),
		'... then it is: requests go through all three');
	$first->send(announcement('a.test', $two->address, weight => 5));
	ok($third->heddle->wait_log(qr/a\.test => new node: 127\.0\.0\.1:${\$second->port} \(weight: 2,/), '... the sum of weights');
	ok(until_true(sub { keys %{ $third->shares(8, 'a.test') } == 2 }), '... of both nodes');
	$first->send(withdrawal('a.test', $_->address)) for $one, $two;
	ok($third->wait_nodes(0), '... and is withdrawn through all three');
	is($third->ask('a.test'), '', '... nobody has it');
	$_->heddle->finish for $first, $second, $third;

	# A unix socket, a name with two addresses, and where it is sent from.
	my $dir = File::Temp->newdir('heddle-forward-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $local = sink("unix:$dir/up");
	chmod 0777, "$dir/up";
	my ($there, $from) = (free_port, free_port);
	my @two = map { sink("127.0.0.$_:$there") } 3, 4;
	my $names = dns('both.test' => ['60 A 127.0.0.3', '60 A 127.0.0.4']);
	$s = forwarding(["unix:$dir/up", "both.test:$there", "unix:$dir/nobody"], server => "forward_from: \"127.0.0.9:$from\"\ntolerance: 90s",
		top => "resolver: {servers: [\"${\$names->address}\"]}");
	$s->send(announcement('a.test', $one->address));
	is($local->wait_count(1), 1, 'forwarded to a unix socket');
	ok($s->heddle->wait_log(qr/forward \S+nobody: No such file/), '... and to one where nobody is, as the log says');
	my $turn = 1;
	# a unix socket has room for ten datagrams
	ok(until_true(sub { $local->drain; $s->send(announcement('a.test', $one->address, weight => ++$turn)); sleep 0.1; $two[0]->count && $two[1]->count }),
		'... and to both addresses of a name');
	ok(until_true(sub { $local->drain; $s->datagrams('refresh') == $turn - 1 }), '... all of them');
	is(($_->from)[0], "127.0.0.9:$from", '... from the address that was given') for @two;
	$s->heddle->finish;
	ok($_->wait_for(sub { my %q = pairs($_[0]); $q{command} == 1 }), 'all are told of the end') for $local, @two;

	# A router of uWSGI.
	SKIP: {
		my $missing = uwsgi_missing('fastrouter');
		skip($missing, 1) if $missing;
		my $there = '127.0.0.1:' . free_port;
		my $router = uwsgi_router('fastrouter', $there);
		$s = forwarding([$there], server => 'tolerance: 90s');
		$s->send(announcement('a.test', $one->address, weight => 7));
		ok($router->wait_nodes('a.test', ['127.0.0.1:' . $s->port]), "uWSGI's router knows it");
		is(through($router), "one\n", '... and sends its requests');
		$s->send(withdrawal('a.test', $one->address));
		ok($s->wait_nodes(0), 'withdrawn');
		ok(until_true(sub { through($router) eq '' }), '... there, too');
		$s->heddle->finish;
	}
});
