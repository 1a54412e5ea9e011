# SPDX-License-Identifier: BSD-2-Clause
# Clients that go on until they are told to stop: so many connections at once,
# each asks a line, hears the answer and closes, and the next one begins.
# stop() gives what happened: {ok, refused, reset, eof, timeout, other, max_ms,
# names => {one => 12}, failed_ms => how long the one took that failed soonest}.
package Heddle::Load;

use strict;
use warnings;
use Errno qw(EAGAIN ECONNREFUSED ECONNRESET EINPROGRESS EINTR EPIPE);
use Exporter qw(import);
use JSON::PP;
use Socket qw(AF_INET PF_INET SOCK_NONBLOCK SOCK_STREAM SOL_SOCKET SO_ERROR inet_aton
	pack_sockaddr_in);
use Time::HiRes qw(time);

use Heddle::Child qw(spawn end_child in_time);

our @EXPORT_OK = qw(load);

# load(port, connections => 8, requests => 1, patience => 5, limit => 0): requests per
# connection, seconds for an answer (more where others run, too), requests in all. until_eof: the
# backend closes. ask: what is sent; answer: what must come, with a name as $1. An answer that is another one is an eof, and its
# text in {unexpected}.
sub load {
	my ($port, %o) = @_;
	%o = (connections => 8, requests => 1, patience => in_time(5), limit => 0, ask => "x\n",
		answer => qr/^(\S*).*\n/, %o);
	pipe(my $tell_r, my $tell_w) or die "pipe: $!";
	pipe(my $count_r, my $count_w) or die "pipe: $!";
	pipe(my $stop_r, my $stop_w) or die "pipe: $!";
	my $pid = spawn(sub {
		$count_w->autoflush(1);
		my $result = run($port, \%o, $stop_r, $count_w);
		print $tell_w encode_json($result);
		close $tell_w;
	}, $tell_w, $count_w, $stop_r);
	close $_ for $tell_w, $count_w, $stop_r;
	return bless { pid => $pid, tell => $tell_r, count => $count_r, stop => $stop_w },
		__PACKAGE__;
}

# What has been answered until now does not count for wait_for().
sub forget {
	my ($self) = @_;
	$self->{count}->blocking(0);
	1 while sysread $self->{count}, my $data, 65536;
	$self->{count}->blocking(1);
	return $self;
}

# Waits until so many requests were answered, of those that nobody has waited for.
sub wait_for {
	my ($self, $requests) = @_;
	my $seen = 0;
	while ($seen < $requests) {
		my $n = sysread $self->{count}, my $data, 65536 or return 0;
		$seen += 16 * $n;
	}
	return 1;
}

# Ends it (with limit => N: waits for N requests) and gives the result.
sub stop {
	my ($self, $wait) = @_;
	return $self->{result} if $self->{result};
	close $self->{count};
	close $self->{stop} if !$wait;
	local $/;
	my $text = readline $self->{tell};
	end_child($self->{pid});
	return $self->{result} = decode_json($text || '{"other":1,"lost":"the load process died"}');
}

# All the requests that were not answered.
sub failed {
	my ($result) = @_;
	my $sum = 0;
	$sum += $result->{$_} // 0 for qw(refused reset eof timeout other);
	return $sum;
}

sub classify {
	my ($error) = @_;
	return $error == ECONNREFUSED ? 'refused'
		: $error == ECONNRESET || $error == EPIPE ? 'reset' : 'other';
}

sub begin {
	my ($to, $o) = @_;
	socket my $socket, PF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0 or die "socket: $!";
	my $c = { socket => $socket, start => time, in => '', asked => 0, connected => 0 };
	if (connect $socket, $to) {	# on one machine mostly at once
		$c->{connected} = 1;
		$c->{asked} = 1 if syswrite $socket, $o->{ask};
	} elsif ($! != EINPROGRESS) {
		$c->{failed} = classify($!);
	}
	return $c;
}

sub turn {
	my ($c, $o, $result, $readable) = @_;
	if (!$c->{connected}) {
		my $error = unpack 'i', getsockopt $c->{socket}, SOL_SOCKET, SO_ERROR;
		local $! = $error;
		return classify($!) if $error;
		$c->{connected} = 1;
	}
	if ($readable) {
		my $n = sysread $c->{socket}, $c->{in}, 4096, length $c->{in};
		if (defined $n && $n == 0) {
			return 'ok' if $c->{answered};
			$result->{unexpected} //= $c->{in};
			return 'eof';
		}
		return $! == EAGAIN ? undef : classify($!) if !defined $n;
	}
	if ($c->{in} =~ s/$o->{answer}//) {
		my $ms = (time - $c->{start}) * 1000;
		$result->{max_ms} = $ms if $ms > $result->{max_ms};
		$result->{names}{$1}++;
		return undef if $o->{until_eof} && ++$c->{answered};
		return 'ok' if $c->{asked} >= $o->{requests};
		$result->{ok}++;
		$c->{start} = time;
	} elsif ($c->{asked}) {
		return undef;
	}
	$c->{asked}++;
	return syswrite($c->{socket}, $o->{ask}) ? undef : classify($!);
}

sub note_failed {
	my ($c, $result) = @_;
	my $ms = (time - $c->{start}) * 1000;
	$result->{failed_ms} = $ms if $ms < ($result->{failed_ms} // $ms + 1);
}

sub run {
	my ($port, $o, $stop, $count) = @_;
	my $to = pack_sockaddr_in($port, inet_aton('127.0.0.1'));
	my %result = (max_ms => 0, names => {},
		map { $_ => 0 } qw(ok refused reset eof timeout other));
	my (%conns, $told, $stopping);
	$SIG{PIPE} = 'IGNORE';
	$count->blocking(0);
	while (1) {
		until ($stopping || keys %conns >= $o->{connections}) {
			my $c = begin($to, $o);
			$conns{fileno $c->{socket}} = $c;
		}
		$o->{requests} = 0 if $stopping;	# each ends with its next answer
		last if !%conns;
		my ($r, $w) = ('', '');
		vec($r, fileno $stop, 1) = 1 if !$stopping;
		for my $c (values %conns) {
			vec($c->{asked} ? $r : $w, fileno $c->{socket}, 1) = 1;
		}
		next if select($r, $w, undef, 0.5) < 0 && $! == EINTR;
		$stopping ||= vec $r, fileno $stop, 1;
		my $now = time;
		for my $fd (keys %conns) {
			my $c = $conns{$fd};
			my $readable = vec $r, $fd, 1;
			my $end = $c->{failed};
			$end //= turn($c, $o, \%result, $readable) if $readable || vec $w, $fd, 1;
			$end //= 'timeout' if $now - $c->{start} > $o->{patience};
			next if !defined $end;
			$result{$end}++;
			note_failed($c, \%result) if $end ne 'ok';
			delete $conns{$fd};
			# The end of a stream of refusals must be possible too.
			select undef, undef, undef, 0.001 if $end ne 'ok';
		}
		my $done = $result{ok} >> 4;
		syswrite $count, '.' x ($done - ($told // 0)) if $done > ($told // 0);
		$told = $done;
		$stopping = 1 if $o->{limit} && $result{ok} >= $o->{limit};
	}
	return \%result;
}

1;
