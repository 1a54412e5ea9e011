# SPDX-License-Identifier: BSD-2-Clause
# Groups: heddle receives from one on its own interface and sends to others, with interface and TTL
# of the target; a copy that comes back is dropped, and logged once. With source: keep, targets see
# the address and port of the sender, over v4 and v6, whatever the size. Scenario F4.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sender datagram);
use Socket;

if (!$ENV{HEDDLE_INSIDE}) {
	my $prepare = 'ip link set lo up && ip link add fan0 type veth peer name fan1 && ip link set fan0 up multicast on'
		. ' && ip link set fan1 up && ip addr add 10.99.0.1/24 dev fan0 && ip route add 239.0.0.0/8 dev fan0'
		. ' && ip -6 addr add fd99::1/64 dev fan0 nodad';
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_INSIDE} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}
my ($fan0) = qx(ip -o link show fan0) =~ /^(\d+):/;
my ($port, $to) = (free_port, free_port);

use constant { IP_ADD_MEMBERSHIP => 35, IP_RECVTTL => 12, IPV6_JOIN_GROUP => 20 };
# A sink that is a member of a group on fan0.
my $member = sub {
	my ($address) = @_;
	my $sink = sink($address);
	my ($group) = $address =~ /^\[?([^\]]+?)\]?:\d+$/;
	my @join = $group =~ /:/ ? (41, IPV6_JOIN_GROUP, Socket::inet_pton(AF_INET6, $group) . pack 'i', $fan0)
		: (0, IP_ADD_MEMBERSHIP, inet_aton($group) . pack 'a4 i', '', $fan0);
	setsockopt $sink->{socket}, $join[0], $join[1], $join[2] or die "join $address: $!";
	return $sink;
};
my $v4 = $member->("239.9.9.2:$to");
my $v6 = $member->("[ff05::9]:$to");
my $plain = sink("127.0.1.1:$to");
my $h = heddle(<<"YAML");
fanouts:
  f:
    listen: [{address: "239.9.9.1:$port", interface: fan0}, "10.99.0.1:$port"]
    targets:
      - {address: "239.9.9.2:$to", interface: fan0, ttl: 4}
      - {address: "[ff05::9]:$to", interface: fan0, ttl: 4}
      - 127.0.1.1:$to
    protocol: raw
YAML
my $api = Heddle::Api->new($h->control);
my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
# by the resolver process, which may come last
ok($h->wait_for(sub { qx(ip maddr show dev fan0) =~ /239\.9\.9\.1\b/ }, 10, 'the group'),
	'a group is joined on an interface');
my $sender = sender("239.9.9.1:$port", from => '10.99.0.1:0');
$sender->send('to the group');
is($_->wait_for(sub { 1 }), 'to the group', $_->address . ' gets what a group got') for $v4, $v6, $plain;
sender("10.99.0.1:$port")->send('alone');
is($_->wait_count(2), 2, '... and what came to an address') for $v4, $v6, $plain;

$_->forget for $v4, $v6, $plain;
is($api->patch('fanouts/f', { targets => [{ address => "239.9.9.1:$port", interface => 'fan0' },
	"127.0.1.1:$to"] }), 200, 'a group that it listens to itself');
$sender->numbered(10);
is($plain->wait_count(10), 10, 'the other target gets each once');
ok($h->wait_for(sub { ($f->()->{dropped}{loop} // 0) == 10 }, 5, 'loop'), 'what comes back is dropped');
$sender->numbered(10);
is($plain->wait_count(20), 20, '... again');
is($h->log_count(qr/fan-out f: datagrams that heddle has sent come back/, 1), 1, '... logged once');
is($plain->disorder(0), '', '... none twice');
is($api->patch('fanouts/f', { source => 'keep' }), 409, 'the right to spoof was given up')
	or diag($api->body);
like($api->body, qr/fanouts\.f\.source: keep needs a right .*CAP_NET_RAW/, '... which is said');
my $said = $api->body =~ s/resolver \(pid \d+\)/the resolver process/r;
is($api->patch('fanouts/f?dry_run=1', { source => 'keep' }), 409, '... also of a change that is only tried');
is($api->body, $said, '... in the same words');
is($api->get('fanouts/f') && $api->document->{source}, undef, '... and nothing has changed');
$h->finish;

$_->forget for $v4, $v6, $plain;
my $six = sink("[::1]:$to");
my $k = heddle(<<"YAML");
fanouts:
  f:
    listen: [{address: "239.9.9.1:$port", interface: fan0}, ":@{[$port + 1]}"]
    targets: [{address: "239.9.9.2:$to", interface: fan0}, 127.0.1.1:$to, "[::1]:$to"]
    protocol: raw
    source: keep
YAML
my ($resolver) = $k->processes('resolver');
my %cap = Heddle::read_file("/proc/$resolver->{pid}/status") =~ /^(Cap\w+|Uid):\s+(\S+)/mg;
is(hex $cap{CapPrm}, 1 << 13, 'the resolver process keeps CAP_NET_RAW and nothing else');
is(hex $cap{CapEff}, 0, '... at rest');
isnt($cap{Uid}, 0, '... as another user');
for my $size (0, 1, 100, 1473, 9000, 65507) {
	my $from = sender("127.0.0.1:@{[$port + 1]}", from => '127.0.0.9:0');
	$from->send(datagram(1, $size));
	is($plain->wait_for(sub { $_[0] eq datagram(1, $size) }), datagram(1, $size), "$size bytes");
	is(($plain->from)[-1], '127.0.0.9:' . $from->own_port, '... from their sender');
	$plain->forget;
}
my $from = sender("[::1]:@{[$port + 1]}");
$from->send('six');
is($six->wait_for(sub { 1 }), 'six', 'v6');
is(($six->from)[0], '[::1]:' . (Socket::unpack_sockaddr_in6(getsockname $from->{socket}))[0], '... from its sender');
ok($k->wait_for(sub { (($k->stats // {})->{fanouts}{f}{targets}{"127.0.1.1:$to"}{dropped}{local} // 0) == 1 },
	5, 'local'), 'a sender of v6 has no address for v4: counted');
$k->finish;
done_testing();
