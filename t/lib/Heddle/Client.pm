# SPDX-License-Identifier: BSD-2-Clause
# A client's connection, every wait with a limit. Nothing here dies when the
# other side does: what was read so far and ->error say what happened.
package Heddle::Client;

use strict;
use warnings;
use Digest::SHA;
use Errno qw(EAGAIN EINTR);
use IO::Socket::IP;
use IO::Socket::UNIX;
use Socket qw(IPPROTO_TCP SHUT_WR SOL_SOCKET SO_LINGER SO_RCVBUF TCP_NODELAY);
use Time::HiRes qw(time);

use constant LIMIT => 10;	# seconds

# port, "host:port", "[v6]:port", "/path", "@abstract"; undef when nobody accepts ($! says why).
sub open_socket {
	my ($to, %o) = @_;
	$to = "127.0.0.1:$to" if $to =~ /^\d+$/;
	if ($to =~ m{^(?:unix:)?(/.*)} || $to =~ /^(@.*)/) {
		my $path = $1 =~ s/^@/\0/r;
		return IO::Socket::UNIX->new(Peer => $path);
	}
	my ($host, $port) = $to =~ /^\[?(.*?)\]?:(\d+)$/ or die "address $to";
	my $socket = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port,
		Timeout => $o{timeout} // LIMIT, $o{from} ? (LocalHost => $o{from}) : (),
		Sockopts => [$o{receive_buffer} ? [SOL_SOCKET, SO_RCVBUF,
			$o{receive_buffer}] : ()]);
	setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1 if $socket;
	return $socket;
}

sub new {
	my ($class, $to, %o) = @_;
	my $socket = open_socket($to, %o) or return undef;
	$socket->blocking(0);
	return bless { socket => $socket, in => '', error => '', eof => 0 }, $class;
}

sub error { return $_[0]{error} }
sub socket { return $_[0]{socket} }
sub buffered { return $_[0]{in} }
sub local_port { return $_[0]{socket}->sockport }

sub ready {
	my ($self, $write, $seconds) = @_;
	$seconds = 0 if $seconds < 0;
	vec(my $bits = '', fileno $self->{socket}, 1) = 1;
	return $write ? select undef, $bits, undef, $seconds : select $bits, undef, undef, $seconds;
}

# Reads once: bytes got, 0 at the end or on an error, undef when nothing came in time.
sub fill {
	my ($self, $seconds) = @_;
	return 0 if $self->{eof} || $self->{error};
	$self->ready(0, $seconds) > 0 or return undef;
	my $n = sysread $self->{socket}, $self->{in}, 1 << 18, length $self->{in};
	if (!defined $n) {
		return undef if $! == EAGAIN || $! == EINTR;
		$self->{error} = "$!";
		return 0;
	}
	$self->{eof} = 1 if $n == 0;
	return $n;
}

sub read_until {
	my ($self, $enough, $seconds) = @_;
	my $limit = time + ($seconds // LIMIT);
	until ($enough->()) {
		my $n = $self->fill($limit - time);
		return 0 if !$n && (defined $n || time >= $limit);
	}
	return 1;
}

# One line without its newline; undef at the end, after an error or too late.
sub line {
	my ($self, $seconds) = @_;
	$self->read_until(sub { $self->{in} =~ /\n/ }, $seconds) or return undef;
	$self->{in} =~ s/^(.*)\n//;
	return $1;
}

# So many bytes, or fewer when there are no more.
sub bytes {
	my ($self, $count, $seconds) = @_;
	$self->read_until(sub { length $self->{in} >= $count }, $seconds);
	return substr $self->{in}, 0, $count, '';
}

# Everything up to the end.
sub rest {
	my ($self, $seconds) = @_;
	$self->read_until(sub { 0 }, $seconds);
	$self->{error} ||= 'time limit' if !$self->{eof};
	return substr $self->{in}, 0, length $self->{in}, '';
}

# "closed", "reset" or "open" when nothing happened in time. What comes is kept.
sub ended {
	my ($self, $seconds) = @_;
	$self->read_until(sub { 0 }, $seconds);
	return $self->{eof} ? 'closed' : $self->{error} ? 'reset' : 'open';
}

# Still there, without waiting.
sub is_open { return $_[0]->ended(0) eq 'open' }

sub send {
	my ($self, $data, $seconds) = @_;
	local $SIG{PIPE} = 'IGNORE';
	my $limit = time + ($seconds // LIMIT);
	while (length $data) {
		my $n = syswrite $self->{socket}, $data, 1 << 18;
		if (defined $n) {
			substr $data, 0, $n, '';
		} elsif ($! == EAGAIN) {
			$self->ready(1, $limit - time) > 0 or last;
		} elsif ($! != EINTR) {
			$self->{error} = "$!";
			last;
		}
	}
	return !length $data;
}

# A line there, a line back.
sub ask {
	my ($self, $line, $seconds) = @_;
	$self->send("$line\n", $seconds);
	return $self->line($seconds);
}

sub shut { my ($self) = @_; return shutdown $self->{socket}, SHUT_WR }
sub close { my ($self) = @_; return CORE::close $self->{socket} }

sub reset {
	my ($self) = @_;
	setsockopt $self->{socket}, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
	return CORE::close $self->{socket};
}

# Pattern bytes at an offset; the same on both sides, and no two blocks alike.
sub pattern {
	my ($offset, $count) = @_;
	my $block = int($offset / 4096);
	my $text = join '', map { substr(sprintf('%08x', $_) x 512, 0, 4096) }
		$block .. int(($offset + $count - 1) / 4096);
	return substr $text, $offset % 4096, $count;
}

sub pattern_sha1 {
	my ($size) = @_;
	my $sha = Digest::SHA->new(1);
	for (my $at = 0; $at < $size; $at += 1 << 18) {
		my $left = $size - $at;
		$sha->add(pattern($at, $left < 1 << 18 ? $left : 1 << 18));
	}
	return $sha->hexdigest;
}

# Sends so many pattern bytes and the end, and reads all at the same time:
# (sha1 of the first $expect bytes that came, what came after them).
sub exchange {
	my ($self, $size, $expect, $seconds) = @_;
	my $limit = time + ($seconds // 60);
	my ($sent, $got, $tail, $sha) = (0, 0, '', Digest::SHA->new(1));
	$self->shut if !$size;
	local $SIG{PIPE} = 'IGNORE';
	until ($self->{eof} || $self->{error} || time >= $limit) {
		vec(my $r = '', fileno $self->{socket}, 1) = 1;
		my $w = $sent < $size ? $r : '';
		select $r, $w, undef, 1;
		if ($sent < $size) {
			my $left = $size - $sent;
			my $n = syswrite $self->{socket},
				pattern($sent, $left < 1 << 16 ? $left : 1 << 16);
			$sent += $n // 0;
			$self->shut if $sent >= $size;
		}
		$self->fill(0);
		my $mine = $expect - $got;
		$mine = length $self->{in} if $mine > length $self->{in};
		$sha->add(substr $self->{in}, 0, $mine, '');
		$got += $mine;
		$tail .= substr $self->{in}, 0, length $self->{in}, '' if $got >= $expect;
	}
	return ($sha->hexdigest, $tail);
}

1;
