# SPDX-License-Identifier: BSD-2-Clause
# An interface for a multicast group that is not there yet: -t says so, no other one is used in its
# place, and it is used when it comes, goes, and comes again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Socket;

if (!$ENV{HEDDLE_INSIDE}) {
	my $prepare = 'ip link set lo up && ip link add other0 type veth peer name other1'
		. ' && ip link set other0 up multicast on && ip link set other1 up'
		. ' && ip addr add 10.98.0.1/24 dev other0 && ip route add 239.0.0.0/8 dev other0';
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_INSIDE} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}
sub ip { system("ip $_") == 0 or die $_ for @_ }
sub come {
	ip('link add late0 type veth peer name late1', 'link set late0 up multicast on',
		'link set late1 up', 'addr add 10.97.0.1/24 dev late0');
}
sub joined { return join ' ', grep { qx(ip maddr show dev $_ 2>/dev/null) =~ /239\.9\.9\.1\b/ } qw(other0 late0) }

my ($port, $to) = (free_port, free_port);
my $plain = sink();
my $yaml = <<"YAML";
fanouts:
  f:
    listen: [{address: "239.9.9.1:$port", interface: late0}, "10.98.0.1:$port"]
    targets: [{address: "239.9.9.2:$to", interface: late0}, "${\$plain->address}"]
YAML
my $h = heddle($yaml);
my ($status, $text) = $h->command('-t');
is($status, 0, 'an interface that is not there is no error');
is(scalar(() = $text =~ /warning: fanouts\.f\.(?:listen|targets)\.interface: there is no interface late0 now/g), 2,
	'... but warned of') or diag($text);
ok($h->wait_log(qr/join 239\.9\.9\.1:$port\/udp on late0: there is no such interface/), 'the log says so');
is(joined(), '', 'the group is joined on no other one');
my $target = sub { return ($h->stats // {})->{fanouts}{f}{targets}{"239.9.9.2:$to"} // {} };
my $sender = sender("10.98.0.1:$port");
my $becomes = sub {
	my ($wanted) = @_;
	return $h->wait_for(sub { $sender->send('x'); $target->()->{status} eq $wanted }, 10, $wanted);
};
ok($becomes->('down'), 'nor is the target sent to on another one');
is($target->()->{sent}, 0, '... not once');
ok($h->wait_log(qr/target 239\.9\.9\.2:$to: cannot be sent to: there is no interface late0/), '... with the reason');
cmp_ok($plain->wait_count(1), '>', 0, '... and the other target gets all');

for my $turn (1 .. 2) {
	come();
	ok($h->wait_for(sub { joined() eq 'late0' }, 10, 'joined'), "turn $turn: it comes, and the group is joined");
	ok($becomes->('up'), '... and the target is up');
	$plain->forget;
	my $member = sender("239.9.9.1:$port", from => '10.97.0.1:0');
	setsockopt $member->{socket}, 0, 32, inet_aton('10.97.0.1') or die "IP_MULTICAST_IF: $!";
	$member->send("to the group $turn");
	is($plain->wait_for(sub { $_[0] eq "to the group $turn" }), "to the group $turn", '... datagrams come');
	last if $turn == 2;
	ip('link del late0');
	ok($becomes->('down'), 'it goes');
	is($h->log_count(qr/join 239\.9\.9\.1:$port\/udp on late0/, 2), 2, '... which is logged once more');
}
$h->finish;
done_testing();
