# SPDX-License-Identifier: BSD-2-Clause
# A target far away, whose refusals take a while: the API went on to say that it is up when one came after
# the last datagram.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sender);
use Time::HiRes qw(time sleep);

if (!$ENV{HEDDLE_INSIDE}) {
	my $prepare = 'ip link set lo up && ip tuntap add far0 mode tun && ip addr add 10.99.0.1/24 dev far0'
		. ' && ip link set far0 up';
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_INSIDE} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

use constant { TUNSETIFF => 0x400454ca, IFF_TUN => 1, IFF_NO_PI => 0x1000, LATE => 0.04 };

sub checksum {
	my ($bytes) = @_;
	my $sum = unpack '%32n*', $bytes . "\0" x (length($bytes) % 2);
	$sum = ($sum >> 16) + ($sum & 0xffff) while $sum >> 16;
	return ~$sum & 0xffff;
}

# "port unreachable", from where this packet went to.
sub refusal {
	my ($packet) = @_;
	my $icmp = pack('CCnN', 3, 3, 0, 0) . substr $packet, 0, 28;
	substr($icmp, 2, 2) = pack 'n', checksum($icmp);
	my $head = pack 'CCnnnCCn a4 a4', 0x45, 0, 20 + length $icmp, 0, 0, 64, 1, 0, substr($packet, 16, 4),
		substr($packet, 12, 4);
	substr($head, 10, 2) = pack 'n', checksum($head);
	return $head . $icmp;
}

sub refuse_late {
	my ($device) = @_;
	my ($parent, @due) = getppid;
	while (getppid == $parent) {
		vec(my $bits = '', fileno $device, 1) = 1;
		if (select($bits, undef, undef, 0.002) > 0 && sysread $device, my $packet, 2000) {
			push @due, [time + LATE, refusal($packet)] if ord($packet) >> 4 == 4;
		}
		syswrite $device, (shift @due)->[1] while @due && $due[0][0] <= time;
	}
}

my $port = free_port;
open my $device, '+<', '/dev/net/tun' or plan(skip_all => "/dev/net/tun: $!");
my $request = pack 'a16 s x22', 'far0', IFF_TUN | IFF_NO_PI;
ioctl $device, TUNSETIFF, $request or plan(skip_all => "TUNSETIFF: $!");
spawn(sub { refuse_late($device) }, $device);
my $h = heddle("fanouts: {f: {protocol: raw, listen: \"127.0.0.1:$port\", targets: [\"10.99.0.9:9\"]}}\n");
my $target = sub { return ($h->stats // {})->{fanouts}{f}{targets}{'10.99.0.9:9'} // {} };
my $sender = sender($port);

# On a busy machine a refusal may be so late that it is taken for up again: then the log says so.
my $taken = sub { return scalar(() = $h->log =~ /takes datagrams again/g) };

for my $turn (1 .. 5) {
	my $before = $taken->();
	$sender->send('refused');
	sleep 1.5 * LATE;
	$sender->send('the refusal is heard');
	sleep 0.4 * LATE;
	$sender->send('not refused yet');
	ok($h->wait_for(sub { ($target->()->{status} // '') eq 'down' || $taken->() > $before }, 5, 'down'), "turn $turn: it is down");
}
my $t = $target->();
ok($h->wait_for(sub { $t = $target->(); $t->{sent} + $t->{dropped}{refused} == 15 }, 5, '15'), 'all are counted');
$h->finish;
done_testing();
