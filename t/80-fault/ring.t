# SPDX-License-Identifier: BSD-2-Clause
# A backend that is our own listener by a way that the configuration does not show: one client
# takes every session, but only for some seconds; other services serve again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $ring) = (free_port, free_port);
	# an inherited socket: the file does not say which address it has
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ring,
		Listen => 128, ReuseAddr => 1) or die "listen: $!";
	my $pass = sub {
		POSIX::dup2(fileno $socket, 3);
		@ENV{qw(LISTEN_PID LISTEN_FDS)} = ($$, 1);
	};
	my $h = heddle(<<"YAML", before => $pass);
worker_sessions: 24
services:
  ring: {listen: "fd:3", backends: ["127.0.0.1:$ring"]}
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	close $socket;
	is(who($port), 'one', 'before');
	my $client = client($ring);
	ok($h->wait_for(sub { ($h->service('ring')->{sessions_peak} // 0) >= 48 }, 10,
		'the ring'), 'one client has all sessions of both workers');
	my $other = client($port);
	$other->send("x\n");
	isnt($client->ended(20), 'open', 'it is cut, although it stays');
	ok($h->wait_log(qr/does a backend lead back to heddle\?/), 'with a line that says why');
	ok($h->wait_for(sub { who($port) eq 'one' }, 20, 'room'), 'others are served again');
	$other->close;
	$client->close;
	$h->finish(seconds => 20);
});
