# SPDX-License-Identifier: BSD-2-Clause
# `notify` from another machine is not obeyed: its path is one of that machine. Also where
# ip_nonlocal_bind is set, with which a socket can be bound to any address.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);

if (!$ENV{HEDDLE_INSIDE}) {
	my $prepare = 'ip link set lo up && sysctl -qw net.ipv4.ip_nonlocal_bind=1 && ip link add near type veth peer name far'
		. ' && ip addr add 10.98.0.1/24 dev near && ip link set near up';
	plan(skip_all => 'needs root, Linux, unshare, nsenter, ip and sysctl') if $^O ne 'linux' || $< != 0
		|| grep({ !program($_) } qw(unshare nsenter ip sysctl))
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_INSIDE} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

my $dir = File::Temp->newdir('heddle-notify-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $acks = sink("unix:$dir/acks");
chmod 0777, "$dir/acks";
my $s = subscribed(server => 'tolerance: 90s', listen => ['"10.98.0.1:' . (my $port = free_port) . '"']);

# The other machine.
Heddle::write_file("$dir/datagram", announcement('far.test', '10.98.0.2:3031', notify => "$dir/acks"));
my $pid = launch({}, 'unshare', '-n', 'sleep', '100');
ok(until_true(sub { readlink("/proc/$pid/ns/net") ne readlink('/proc/self/ns/net') }), 'another machine');
system("ip link set far netns $pid && nsenter -t $pid -n sh -c 'ip addr add 10.98.0.2/24 dev far && ip link set far up'") == 0
	or die 'ip';
ok(until_true(sub {
	system('nsenter', '-t', $pid, '-n', $^X, '-MIO::Socket::INET', '-e', 'my $s = IO::Socket::INET->new(PeerAddr =>'
		. ' shift, Proto => "udp") or exit 1; open my $f, "<", shift; send $s, join("", <$f>), 0', "10.98.0.1:$port",
		"$dir/datagram");
	($s->count->{nodes} // 0) == 1
}), 'it announces a node');
sender("10.98.0.1:$port", from => '10.98.0.1:' . free_port)->send(announcement('near.test', '10.98.0.1:3031', notify => "$dir/acks"));
ok($s->wait_nodes(2), 'and this machine does');
is($acks->wait_count(1), 1, 'one of them is told');
is(join('|', $acks->got), '[subscription ack] near.test => new node: 10.98.0.1:3031', '... that is here');
end_child($pid, 'KILL');
$s->heddle->finish;
done_testing();
