# SPDX-License-Identifier: BSD-2-Clause
# Datagrams: sinks that receive them, and senders. Both are sockets of the test itself; what a
# sink has not read yet waits in a large buffer of the kernel's; not that of a unix socket, which a
# process of its own may read.
#
#   my @sinks = sinks(4);	# 127.0.1.1 to 127.0.1.4, on one port
#   my $sender = sender($port); $sender->send('x'); $sender->numbered(1000, 100);
#   is($sinks[0]->wait_count(1001), 1001); is($sinks[0]->disorder, '');
package Heddle::Datagrams;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use IO::Select;
use Socket qw(AF_UNIX SOCK_DGRAM SOL_SOCKET SO_RCVBUF SO_SNDBUF SO_RCVBUFFORCE pack_sockaddr_un
	unpack_sockaddr_in unpack_sockaddr_in6 inet_ntop AF_INET AF_INET6 getaddrinfo AI_NUMERICHOST);
use Time::HiRes qw(sleep time);

use Heddle::Child qw(end_child spawn until_true);
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(sink sinks sender datagram number);

use constant { BUFFER => 32 << 20, LARGEST => 65536, PAUSE => 0xffffffff };

# An address as the configuration has it, or a port on 127.0.0.1: (family, packed address).
sub packed {
	my ($to) = @_;
	return (AF_UNIX, pack_sockaddr_un($1)) if $to =~ m{^(?:unix:)?(/.*)};
	$to = "127.0.0.1:$to" if $to =~ /^\d+$/;
	my ($host, $port) = $to =~ /^\[?(.*?)\]?:(\d+)$/ or die "no address: $to\n";
	my ($error, $found) = getaddrinfo($host, $port,
		{ socktype => SOCK_DGRAM, flags => AI_NUMERICHOST });
	die "$to: $error\n" if $error;
	return @$found{qw(family addr)};
}

sub open_socket {
	my ($family) = @_;
	socket my $socket, $family, SOCK_DGRAM, 0 or die "socket: $!\n";
	setsockopt $socket, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER
		or setsockopt $socket, SOL_SOCKET, SO_RCVBUF, BUFFER;
	setsockopt $socket, SOL_SOCKET, SO_SNDBUF, BUFFER >> 3;
	return $socket;
}

# A sink on an address; without one on a free port of 127.0.0.1.
sub sink {
	my ($address) = @_;
	$address //= '127.0.0.1:' . free_port();
	my ($family, $packed) = packed($address);
	my $socket = open_socket($family);
	bind $socket, $packed or die "bind $address: $!\n";
	return made($socket, $address);
}

sub made {
	my ($socket, $address) = @_;
	return bless { socket => $socket, owner => $$, address => $address, got => [], from => [],
		select => IO::Select->new($socket) }, __PACKAGE__;
}

# So many sinks on 127.0.1.1, 127.0.1.2 and so on, all with one port.
sub sinks {
	my ($count, $port) = @_;
	$port //= free_port();
	return map { sink("127.0.1.$_:$port") } 1 .. $count;
}

# Sends from one socket, which receives answers like a sink; `from` binds it to an address.
sub sender {
	my ($to, %o) = @_;
	my ($family, $packed) = packed($to);
	my $socket = open_socket($family);
	if ($o{from}) {
		bind $socket, (packed($o{from}))[1] or die "bind $o{from}: $!\n";
	}
	connect $socket, $packed or die "connect $to: $!\n";
	return made($socket, $to);
}

# Number $n in $size bytes: no two are equal, and each byte depends on the number.
sub datagram {
	my ($n, $size) = @_;
	$size //= 100;
	my $bytes = pack('Q>', $n) . chr(33 + $n % 90) x ($size > 8 ? $size - 8 : 0);
	return substr $bytes, 0, $size;
}
sub number { my ($bytes) = @_; return length $bytes < 8 ? -1 : unpack 'Q>', $bytes }

sub address { return $_[0]{address} }
sub port { return $_[0]{address} =~ /:(\d+)$/ ? $1 : undef }
sub close { my ($self) = @_; $self->read_no_more; return close $self->{socket} }

# The port that it sends from.
sub own_port { return (unpack_sockaddr_in(getsockname $_[0]{socket}))[0] }

# Bytes sent, or undef ($! is the reason: what nobody receives is refused by ICMP).
sub send { my ($self, $bytes) = @_; return CORE::send $self->{socket}, $bytes, 0 }

# Datagrams numbered on from the last one, each of one size or of one of several in turn; `rate`
# a second. Gives the number of the next one.
sub numbered {
	my ($self, $count, $size, $rate) = @_;
	my @sizes = ref $size ? @$size : $size // 100;
	my $start = time;
	for my $i (0 .. $count - 1) {
		my $n = $self->{next}++ // 0;
		$self->send(datagram($n, $sizes[$n % @sizes]));
		next if !$rate || $i % 16;
		my $ahead = $i / $rate - (time - $start);
		sleep $ahead if $ahead > 0;
	}
	return $self->{next};
}

sub from_text {
	my ($packed) = @_;
	my $family = $packed && length $packed >= 2 ? unpack 'S', $packed : 0;
	if ($family == AF_INET) {
		my ($port, $host) = unpack_sockaddr_in($packed);
		return inet_ntop(AF_INET, $host) . ":$port";
	}
	if ($family == AF_INET6) {
		my ($port, $host) = unpack_sockaddr_in6($packed);
		return '[' . inet_ntop(AF_INET6, $host) . "]:$port";
	}
	return '';
}

# From now on a process of its own reads, whatever the test does meanwhile: it writes each datagram
# with its length to a file, and for how long it has stood still at most.
sub read_always {
	my ($self) = @_;
	my $file = $self->{file} = File::Temp->new;
	my $parent = $$;
	$self->{unparsed} = '';
	$self->{reader} = spawn(sub {
		open my $out, '>>', "$file" or die "$file: $!";
		my ($last, $longest) = (time, 0);
		while (getppid == $parent) {
			my @ready = $self->{select}->can_read(0.01);
			my $pause = time - $last;
			$last += $pause;
			if ($pause > $longest) {
				$longest = $pause;
				syswrite $out, pack 'NN', PAUSE, $pause * 1000;
			}
			next if !@ready || !defined recv $self->{socket}, my $bytes, LARGEST, 0;
			syswrite $out, pack 'N/a*', $bytes;
		}
	}, $self->{socket});
	return $self;
}

sub read_no_more {
	my ($self) = @_;
	end_child(delete $self->{reader}, 'KILL') if $self->{reader};
}

# For how many seconds that process has stood still at most.
sub stood_still { my ($self) = @_; return ($self->drain->{pause} // 0) / 1000 }

sub parse {
	my ($self) = @_;
	my $all = \$self->{unparsed};
	sysread $self->{file}, $$all, 1 << 24, length $$all;
	while (length $$all >= 8 || length $$all >= 4 && unpack('N', $$all) < 4) {
		my ($length, $pause) = unpack 'NN', $$all;
		my $whole = $length == PAUSE ? 8 : 4 + $length;
		last if length $$all < $whole;
		$self->{pause} = $pause if $length == PAUSE;
		push @{ $self->{got} }, substr $$all, 4, $length if $length != PAUSE;
		substr($$all, 0, $whole) = '';
	}
}

# Reads all that is there.
sub drain {
	my ($self) = @_;
	$self->parse if $self->{file};
	return $self if $self->{reader};
	while ($self->{select}->can_read(0)) {
		my $from = recv $self->{socket}, my $bytes, LARGEST, 0;
		next if !defined $from;
		push @{ $self->{got} }, $bytes;
		push @{ $self->{from} }, from_text($from);
	}
	return $self;
}

# The datagrams so far, oldest first.
sub got { my ($self) = @_; return @{ $self->drain->{got} } }
sub count { my ($self) = @_; return scalar @{ $self->drain->{got} } }
# Where they came from, in the same order.
sub from { my ($self) = @_; $self->drain; return @{ $self->{from} } }
sub forget { my ($self) = @_; $self->drain; @$self{qw(got from)} = ([], []); return $self }

# Waits for so many; how many there are then.
sub wait_count {
	my ($self, $count, $seconds) = @_;
	until_true(sub { $self->count >= $count }, $seconds // 10);
	return $self->count;
}

# Waits for a datagram for which the code is true; that datagram, or undef.
sub wait_for {
	my ($self, $code, $seconds) = @_;
	my $found;
	until_true(sub { ($found) = grep { $code->($_) } $self->got; defined $found },
		$seconds // 10);
	return $found;
}

sub DESTROY { my ($self) = @_; local ($?, $!, $@); $self->read_no_more if $$ == $self->{owner} }

# Nothing wrong: ''. Else the first datagram that does not follow the one before it: numbers go up
# by one from `first` (or from the first that came), and every byte is what was sent.
sub disorder {
	my ($self, $first) = @_;
	my @all = $self->got;
	my $next = $first // (@all ? number($all[0]) : 0);
	for my $bytes (@all) {
		my $n = number($bytes);
		return "$n where $next was due" if $n != $next;
		return "$n has other bytes" if $bytes ne datagram($n, length $bytes);
		$next++;
	}
	return '';
}

1;
