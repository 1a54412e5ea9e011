# SPDX-License-Identifier: BSD-2-Clause
# `notify` in an announcement: a datagram to a unix socket when its node is made, and then only.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Heddle::Dns qw(dns);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet subscriber);
use Socket qw(AF_UNIX SOCK_DGRAM SOL_SOCKET SO_RCVBUF pack_sockaddr_un);

my $dir = File::Temp->newdir('heddle-notify-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $node = backend('script', on => qr/HTTP_HOST/, text => "node\n");
my $address = $node->address;

# Addresses of this machine that are not the loopback's.
sub own_addresses { return map { m{inet ([\d.]+)/} && $1 !~ /^127/ ? $1 : () } `ip -4 -o addr 2>/dev/null` }

on_each_event(sub {
	my ($event) = @_;
	my $path = "$dir/$event";
	my $acks = sink("unix:$path");
	chmod 0777, $path;
	my $dns = dns('app.test' => ['60 A 127.0.0.1']);
	my $s = subscribed(listen => ["\"unix:$dir/$event.server\""], server => 'tolerance: 90s',
		top => "resolver: {servers: [\"${\$dns->address}\"]}");
	my $said = sub { return join '|', $acks->got };
	my $line = sub { return "[subscription ack] $_[0] => new node: $_[1]" };

	$s->send(announcement('a.test', $address, notify => $path));
	is($acks->wait_count(1), 1, 'a new node: the sender is told');
	is($said->(), $line->('a.test', $address), '... in the words of uWSGI');
	$s->send(announcement('a.test', $address, notify => $path)) for 1 .. 3;
	ok(until_true(sub { $s->datagrams('refresh') == 3 }), 'it is announced again');
	is($acks->count, 1, '... and told nothing');
	$s->send(withdrawal('a.test', $address, notify => $path));
	ok($s->wait_nodes(0), 'it is withdrawn');
	is($acks->count, 1, '... and told nothing');
	$s->send(announcement('a.test', $address, notify => $path));
	is($acks->wait_count(2), 2, 'it is new again: told');
	$acks->forget;
	my $local = subscriber("$dir/$event.server");
	$local->send(announcement('b.test', $address, notify => $path));
	is($acks->wait_count(1), 1, 'a sender at a unix socket');
	is($said->(), $line->('b.test', $address), '... is told');
	$acks->forget;
	$s->send(packet(0, key => 'v.test', vassal => 'one.ini', notify => $path));
	is($acks->wait_count(1), 1, 'a vassal without an address');
	is($said->(), $line->('v.test', 'one.ini'), '... is told its name');
	$acks->forget;
	$s->send(announcement('n.test', "app.test:3031", notify => $path));
	is($acks->wait_count(1), 1, 'a node at a name, once it is resolved');
	is($said->(), $line->('n.test', 'app.test:3031'), '... is told what it announced');
	$s->send(announcement('n.test', "app.test:3031", notify => $path));
	ok(until_true(sub { $s->datagrams('refresh') >= 4 }), '... announced again');
	is($acks->count, 1, '... once');
	$acks->forget;

	# Keys of any bytes; the longest of all.
	my $long = 'k' x 255;
	$s->send(announcement("%s%n\xff\x01", $address, notify => $path), announcement($long, $address, notify => $path));
	is($acks->wait_count(2), 2, 'odd keys');
	is($said->(), join('|', $line->("%s%n\xff\x01", $address), $line->($long, $address)), '... byte for byte');
	$acks->forget;

	# Nobody there, a path that is too long, a full socket.
	my $nodes = 6;
	ok($s->wait_nodes($nodes), '... all are nodes');
	$s->send(announcement('m1.test', $address, notify => "$dir/nobody"),
		announcement('m2.test', $address, notify => '/x' x 100), announcement('m3.test', $address, notify => ''),
		announcement('m4.test', $address, notify => $dir), announcement('m5.test', $address, notify => "\0$path"));
	ok($s->wait_nodes($nodes + 5), 'sockets that are missing, none, or too long: the nodes are added');
	ok($s->heddle->wait_log(qr/notify \S+nobody: No such file/), '... and the log says so');
	socket my $full, AF_UNIX, SOCK_DGRAM, 0 or die;
	setsockopt $full, SOL_SOCKET, SO_RCVBUF, 1;
	bind $full, pack_sockaddr_un("$dir/$event.full") or die "$!";
	chmod 0777, "$dir/$event.full";
	$s->send(announcement("f$_.test", $address, notify => "$dir/$event.full")) for 1 .. 400;
	ok($s->wait_nodes($nodes + 405), 'a full socket does not block');
	is($s->ask('f400.test'), 'node', '... and the nodes are used');
	is($acks->count, 0, 'nobody else was told');

	# Hosts of this machine are local, whichever they are.
	for my $host (own_addresses()) {
		my $t = subscribed(server => 'tolerance: 90s', listen => ["\"$host:" . (my $port = free_port) . '"']);
		my $from = sender("$host:$port", from => "$host:0");
		$from->send(announcement('h.test', $address, notify => $path));
		is($acks->wait_count(1), 1, 'another address of this machine') or diag($host);
		$acks->forget;
		$t->heddle->finish;
		last;
	}
	is($s->datagrams('malformed'), 0, 'nothing was malformed');
	$s->heddle->finish;
});
