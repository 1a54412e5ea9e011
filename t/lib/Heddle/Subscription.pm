# SPDX-License-Identifier: BSD-2-Clause
# Datagrams in which uwsgi instances announce themselves.
#
#   my $sender = subscriber("127.0.0.1:$port");
#   $sender->send(announcement('www.example.com', '10.0.0.1:3031', weight => 2));
#   $sender->send(withdrawal('www.example.com', '10.0.0.1:3031'));
package Heddle::Subscription;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use IO::Socket::IP;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

our @EXPORT_OK = qw(announcement withdrawal packet pairs subscriber signed make_key);

# A socket that sends datagrams to a server: host:port, or the path of a unix socket.
sub subscriber {
	my ($server) = @_;
	my $socket = $server =~ m{^/}
		? IO::Socket::UNIX->new(Peer => $server, Type => SOCK_DGRAM)
		: IO::Socket::IP->new(PeerAddr => $server, Proto => 'udp');
	return $socket // die "$server: $! $@\n";
}

sub packet {
	my ($command, @pairs) = @_;
	my $block = join '', map { pack 'v/a*', $_ } @pairs;
	return pack('C v C', 224, length $block, $command) . $block;
}

# The pairs of uWSGI 2.0 in their order; more of them at the end.
sub all_pairs {
	my ($key, $address, %more) = @_;
	return ('key', $key, 'address', $address, map { ($_, delete $more{$_} // 0) }
		qw(modifier1 modifier2 cores load weight)), map { ($_, $more{$_}) } sort keys %more;
}

sub announcement { return packet(0, all_pairs(@_)) }
sub withdrawal { return packet(1, all_pairs(@_)) }

# A pair of keys: FOLDER/NAME.pem, the public one, and FOLDER/NAME.key. The path of the latter.
sub make_key {
	my ($folder, $name) = @_;
	system("openssl genrsa -out $folder/$name.key 2048 2>/dev/null && "
		. "openssl rsa -in $folder/$name.key -pubout -out $folder/$name.pem 2>/dev/null") == 0
		or die "openssl: $?\n";
	return "$folder/$name.key";
}

# Signed as uWSGI does it: over the pairs, with `unix` as the last one. o: at (the time, now),
# command (0), digest (sha1); the rest is announcement()'s.
sub signed {
	my ($private, $key, $address, %o) = @_;
	my %own = map { $_ => delete $o{$_} } qw(at command digest);
	my $command = $own{command} // 0;
	my $unix = $own{at} // time + $command;
	my $block = join '', map { pack 'v/a*', $_ } all_pairs($key, $address, %o), 'unix', $unix;
	my $file = File::Temp->new;
	print $file $block;
	$file->flush;
	my $sign = `openssl dgst -${\($own{digest} // 'sha1')} -sign $private $file`;
	length $sign or die "openssl: $?\n";
	$block .= join '', map { pack 'v/a*', $_ } 'sign', $sign;
	return pack('C v C', 224, length $block, $command) . $block;
}

# What a datagram says: command and pairs.
sub pairs {
	my ($bytes) = @_;
	my ($modifier, $length, $command) = unpack 'C v C', $bytes;
	return (command => $command, unpack '(v/a*)*', substr $bytes, 4, $length);
}

1;
