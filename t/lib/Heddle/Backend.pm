# SPDX-License-Identifier: BSD-2-Clause
# Backends in one line each. A kind is a row below; each runs in a process of
# its own, one loop for all its connections.
#
#   my $one = backend('named', name => 'one');	# listens on 127.0.0.1, a port of its own
#   my $two = backend('named', name => 'two', address => '@two');
#   $one->stop; $one->start;			# dies and comes back on the same address
package Heddle::Backend;

use strict;
use warnings;
use Digest::SHA;
use Errno qw(EAGAIN EINPROGRESS EINTR);
use Exporter qw(import);
use IO::Socket::INET;
use IO::Socket::IP;
use IO::Socket::UNIX;
use POSIX ();
use Socket qw(IPPROTO_TCP SHUT_WR SOL_SOCKET SO_LINGER TCP_NODELAY);
use Time::HiRes qw(time);

use Heddle::Child qw(spawn end_child);
use Heddle::Client;
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(backend backends);

# What a kind does. open: once accepted; data: bytes came, in $c->{in}; eof: the
# client said all (default: finish what there is to send, then close); none of
# them waits. `$c->{read} = 0` stops reading.
my %kinds = (
	echo => { data => sub { my ($c) = @_; $c->{out} .= substr $c->{in}, 0, 1 << 20, '' } },
	# Answers a packet of uwsgi with 101, and then sends everything back.
	upgrading => { data => sub { my ($c) = @_;
			$c->{out} .= substr $c->{in}, 0, 1 << 20, '' if $c->{begun} || upgrade($c) } },
	named => { data => \&answer_lines },
	http => { data => \&answer_http },
	# Answers a packet of uwsgi with its name, modifiers and variables, and closes, after `linger`.
	uwsgi => { data => \&answer_packet, due => sub { my ($c) = @_; $c->{last} = 1 } },
	greeting => { open => sub { my ($c, $o) = @_; $c->{out} = "$o->{name}\n" },
		data => \&answer_lines },
	silent => { data => sub { my ($c) = @_; $c->{in} = '' } },
	stuck => { open => sub { my ($c) = @_; $c->{read} = 0 } },
	slow => { data => sub { my ($c, $o) = @_; $c->{due} = time + $o->{delay} },
		due => \&answer_lines },
	# Sends `text` once a line or `on` has come (`first`: at once), then `more` for ever, each
	# `every` seconds or as fast as it is read; or it closes, or (`reset`) with RST.
	script => { open => sub { my ($c, $o) = @_; begin_script($c, $o) if $o->{first} },
		data => sub { my ($c, $o) = @_;
			begin_script($c, $o) if !$c->{script} && $c->{in} =~ ($o->{on} // qr/\n/) },
		more => sub { my ($c, $o) = @_;
			$c->{out} = $o->{more} x 100 if $c->{left} && !defined $o->{every} },
		due => sub { my ($c, $o) = @_;
			return reset_connection($c) if $o->{reset};
			$c->{out} .= $o->{more};
			$c->{due} = time + $o->{every} } },
	# Ends connections: with RST after so many bytes, or in good order after an answer.
	resetting => { open => sub { my ($c, $o) = @_; reset_connection($c) if !$o->{after} },
		data => sub { my ($c, $o) = @_;
			reset_connection($c) if length $c->{in} >= $o->{after} } },
	# Says so much and leaves, whatever the client still sends.
	early => { data => sub { my ($c, $o) = @_;
			@$c{qw(out read last)} = ('y' x $o->{size}, 0, 1) } },
	closing => { data => sub { my ($c, $o) = @_; answer_lines($c, $o); $c->{last} = 1 } },
	# Sends `size` pattern bytes, and when the client has said all: how much it was, its sha1.
	count => { open => sub { my ($c, $o) = @_;
			@$c{qw(sha size left sent)} = (Digest::SHA->new(1), 0, $o->{size} // 0,
				0) },
		data => sub { my ($c) = @_;
			$c->{size} += length $c->{in};
			$c->{sha}->add(substr $c->{in}, 0, length $c->{in}, '') },
		more => \&next_pattern,
		eof => sub { my ($c) = @_;
			$c->{end} = "$c->{size} " . $c->{sha}->hexdigest . "\n"; } },
);

sub answer_lines {
	my ($c, $o) = @_;
	$c->{out} .= "$o->{name} $1\n" while $c->{in} =~ s/^(.*)\n//;
}

sub answer_packet {
	my ($c, $o) = @_;
	return if $c->{begun} || length $c->{in} < 4 || length $c->{in} < 4 + unpack 'x v', $c->{in};
	my ($modifier1, $length, $modifier2) = unpack 'C v C', $c->{in};
	my @variables = unpack '(v/a*)*', substr $c->{in}, 4, $length;
	$c->{begun} = 1;
	$c->{out} = "$o->{name} $modifier1/$modifier2";
	$c->{out} .= ' ' . join '=', splice @variables, 0, 2 while @variables;
	$c->{out} .= "\n";
	$o->{linger} ? ($c->{due} = time + $o->{linger}) : ($c->{last} = 1);
}

sub upgrade {
	my ($c) = @_;
	return 0 if length $c->{in} < 4 || length $c->{in} < 4 + unpack 'x v', $c->{in};
	substr $c->{in}, 0, 4 + unpack('x v', $c->{in}), '';
	$c->{out} = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n"
		. "Connection: Upgrade\r\n\r\n";
	return $c->{begun} = 1;
}

# Says its name to any request without a body.
sub answer_http {
	my ($c, $o) = @_;
	while ($c->{in} =~ s{^\S+ \S+ HTTP/1\.(\d)(.*?)\r?\n\r?\n}{}s) {
		$c->{last} = 1 if $1 == 0 || $2 =~ /^connection: close/mi;
		my $text = "hello from $o->{name}\n";
		$c->{out} .= "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
			. length($text) . "\r\n\r\n$text";
	}
}

sub begin_script {
	my ($c, $o) = @_;
	$c->{script} = 1;
	$c->{out} .= $o->{text};
	return $c->{due} = time + 0.05 if $o->{reset};
	return $c->{last} = !$o->{stay} if !defined $o->{more};
	return $c->{due} = time + $o->{every} if defined $o->{every};
	$c->{left} = 1;
}

sub next_pattern {
	my ($c) = @_;
	if ($c->{left}) {
		my $n = $c->{left} < 1 << 17 ? $c->{left} : 1 << 17;
		$c->{out} = Heddle::Client::pattern($c->{sent}, $n);
		$c->{left} -= $n;
		$c->{sent} += $n;
	} elsif (defined $c->{end}) {
		$c->{out} = delete $c->{end};
		$c->{last} = 1;
	}
}

sub reset_connection {
	my ($c) = @_;
	setsockopt $c->{socket}, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
	$c->{gone} = 1;
}

# One turn with a connection that may be read or written.
sub serve {
	my ($c, $kind, $o, $readable) = @_;
	if ($readable && $c->{read}) {
		my $n = sysread $c->{socket}, $c->{in}, 1 << 17, length $c->{in};
		if ($n) {
			$kind->{data}->($c, $o) if $kind->{data};
		} elsif (defined $n) {
			$c->{read} = 0;
			$kind->{eof} ? $kind->{eof}->($c, $o) : ($c->{last} = 1);
		} elsif ($! != EAGAIN && $! != EINTR) {
			$c->{gone} = 1;
		}
	}
	if ($c->{due} && time >= $c->{due}) {
		delete $c->{due};
		$kind->{due}->($c, $o);
	}
	$kind->{more}->($c, $o) if $kind->{more} && !length $c->{out};
	if (length $c->{out}) {
		my $n = syswrite $c->{socket}, $c->{out};
		substr $c->{out}, 0, $n, '' if $n;
		$c->{gone} = 1 if !defined $n && $! != EAGAIN && $! != EINTR;
	}
	$c->{gone} = 1 if $c->{last} && !length $c->{out} && !$c->{due};
}

sub accept_all {
	my ($listener, $conns, $kind, $o) = @_;
	for (1 .. 64) {
		my $socket = $listener->accept or return;
		$socket->blocking(0);
		setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
		my $c = { socket => $socket, in => '', out => '', read => 1 };
		$kind->{open}->($c, $o) if $kind->{open};
		serve($c, $kind, $o, 0) if !$c->{gone};
		$conns->{fileno $socket} = $c if !$c->{gone};
	}
}

sub run {
	my ($listener, $kind, $o) = @_;
	my $parent = getppid;
	my (%conns, $quitting);
	$SIG{PIPE} = 'IGNORE';
	$SIG{QUIT} = sub { $quitting = 1 };
	$listener->blocking(0);
	while (getppid == $parent) {
		my ($r, $w, $wait) = ('', '', 1);
		if ($quitting) {
			accept_all($listener, \%conns, $kind, $o);
			last if !%conns;
		}
		vec($r, fileno $listener, 1) = 1;
		for my $c (values %conns) {
			vec($r, fileno $c->{socket}, 1) = 1 if $c->{read};
			vec($w, fileno $c->{socket}, 1) = 1
				if length $c->{out} || $c->{left} || defined $c->{end};
			$wait = 0.005 if $c->{due};
		}
		next if select($r, $w, undef, $wait) < 0;
		for my $fd (keys %conns) {
			my $c = $conns{$fd};
			my $readable = vec $r, $fd, 1;
			next if !$readable && !vec($w, $fd, 1) && !$c->{due};
			serve($c, $kind, $o, $readable);
			delete $conns{$fd} if $c->{gone};
		}
		accept_all($listener, \%conns, $kind, $o) if vec $r, fileno $listener, 1;
	}
}

sub open_listener {
	my ($address, $backlog) = @_;
	if ($address =~ m{^(?:unix:)?([/@].*)}) {
		my $path = $1 =~ s/^@/\0/r;
		unlink $path if $path =~ m{^/};
		my $socket = IO::Socket::UNIX->new(Local => $path, Listen => $backlog);
		chmod 0777, $path if $path =~ m{^/};
		return $socket;
	}
	my ($host, $port) = $address =~ /^\[?(.*?)\]?:(\d+)$/ or die "address $address";
	return IO::Socket::IP->new(LocalHost => $host, LocalPort => $port,
		Listen => $backlog, ReuseAddr => 1);
}

# Starts it, also after stop().
sub start {
	my ($self) = @_;
	my $kind = $kinds{ $self->{kind} } or die "no kind of backend $self->{kind}";
	my $listener = open_listener($self->{address}, 1024) or die "$self->{address}: $! $@";
	$self->{pid} = spawn(sub { run($listener, $kind, $self) }, $listener);
	close $listener;
	return $self;
}

sub stop {
	my ($self) = @_;
	end_child(delete $self->{pid}, 'KILL') if $self->{pid};
	unlink $1 if $self->{address} =~ m{^(?:unix:)?(/.*)};
	delete @$self{qw(held queue)};
	return $self;
}

# Ends as a server does that is told to finish: with its last connection, also one that it has not
# accepted yet. Nobody may connect any more.
sub quit {
	my ($self) = @_;
	end_child(delete $self->{pid}, 'QUIT', 10) if $self->{pid};
	return $self->stop;
}

sub DESTROY { my ($self) = @_; local ($?, $!, $@); $self->stop if $$ == $self->{owner} }

sub address { return $_[0]{address} }
sub name { return $_[0]{name} }
sub port { return $_[0]{address} =~ /:(\d+)$/ ? $1 : 0 }

# Bound, but nobody listens: refuses.
sub refuse {
	my ($self) = @_;
	$self->{held} = IO::Socket::INET->new(LocalAddr => $self->{address}, Proto => 'udp');
	return $self;
}

# Listens with a full queue: connecting to it takes for ever.
sub swallow {
	my ($self) = @_;
	$self->{held} = open_listener($self->{address}, 0) or die "$self->{address}: $!";
	for (1 .. 8) {
		my $socket = IO::Socket::INET->new(Proto => 'tcp', Blocking => 0);
		my $done = connect $socket, $self->{held}->sockname;
		push @{ $self->{queue} }, $socket;
		next if $done;
		die "connect: $!" if $! != EINPROGRESS;
		vec(my $w = '', fileno $socket, 1) = 1;
		return $self if !select undef, $w, undef, 0.1;
	}
	die "the queue of $self->{address} does not fill\n";
}

# backend(KIND, name =>, address =>, delay =>, size =>, after =>, ...): a kind from above, or
# `refusing`, or `blackhole`.
sub backend {
	my ($kind, %o) = @_;
	my $self = bless { name => $kind, kind => $kind, owner => $$, after => 0, delay => 1, %o },
		__PACKAGE__;
	$self->{address} //= '127.0.0.1:' . free_port();
	return $self->refuse if $kind eq 'refusing';
	return $self->swallow if $kind eq 'blackhole';
	return $self->start;
}

# Several named ones.
sub backends { return map { backend('named', name => $_) } @_ }

1;
