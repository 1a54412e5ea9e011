# SPDX-License-Identifier: BSD-2-Clause
# The scripted DNS server answers what its zone says, over UDP and TCP, and lies as it is told to.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use Heddle::Dns qw(dns);
use IO::Select;
use IO::Socket::INET;

my $dns = dns('app.test' => ['60 A 10.0.0.1', '60 A 10.0.0.2', '60 AAAA ::1'],
	'www.test' => ['5 CNAME app.test'], '_app._tcp.test' => ['5 SRV 1 2 80 app.test']);

sub question { my ($name, $type) = @_;
	return pack('n6', 77, 0x100, 1, 0, 0, 0) . Heddle::Dns::packed_name($name) . pack 'nn', $type, 1 }
sub asked { my ($name, $type, $proto, $seconds) = @_;
	my $s = IO::Socket::INET->new(PeerAddr => $dns->address, Proto => $proto // 'udp') or return '';
	my $q = question($name, $type);
	syswrite $s, ($proto // '') eq 'tcp' ? pack('n/a*', $q) : $q;
	return '' if !IO::Select->new($s)->can_read($seconds // 10);
	sysread $s, my $answer, 65536 or return '';
	return ($proto // '') eq 'tcp' ? substr $answer, 2 : $answer;
}
sub head { return join ' ', (unpack 'n6', $_[0])[0, 3], sprintf '%x', (unpack 'n2', $_[0])[1] }

is(head(asked('app.test', 1)), '77 2 8180', 'two A records');
is(head(asked('APP.test', 28, 'tcp')), '77 1 8180', 'one AAAA over TCP');
like(asked('www.test', 1), qr/\x0a\x00\x00\x01.*\x0a\x00\x00\x02/s, 'an alias');
like(asked('_app._tcp.test', 33), qr/\x00\x01\x00\x02\x00\x50\x03app\x04test\x00$/, 'SRV');
is(head(asked('gone.test', 1)), '77 0 8183', 'NXDOMAIN');
is(head(asked('_app._tcp.test', 1)), '77 0 8180', 'empty');
is($dns->questions('app.test', 'A'), 1, 'questions are counted');

my %head = (servfail => '77 0 8182', refused => '77 0 8185', truncated => '77 0 8380',
	wrong_id => '76 2 8180', loop => '77 1 8180', long => '77 1 8180', 'many=3' => '77 3 8180');
for (sort keys %head) {
	$dns->mode($_);
	is(head(asked('app.test', 1)), $head{$_}, $_);
}
$dns->mode('many=3');
is(head(asked('app.test', 1, 'tcp')), '77 3 8180', 'over TCP, too');
$dns->mode(servfail => 'www.test');
is(head(asked('app.test', 1)), '77 2 8180', 'a mode for one name');
for (qw(silent wrong_port)) {
	$dns->mode($_);
	is(asked('app.test', 1, 'udp', 0.3), '', $_);
}
$dns->mode('truth')->zone('app.test' => ['1 A 10.0.0.9']);
like(asked('app.test', 1), qr/\x0a\x00\x00\x09$/, 'another zone');
$dns->stop;
is(asked('app.test', 1, 'udp', 0.3), '', 'stopped');
$dns->start;
is(head(asked('app.test', 1)), '77 1 8180', 'started again');
done_testing();
