# SPDX-License-Identifier: BSD-2-Clause
# Listening sockets that heddle was started with, by number and by name.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use IO::Socket::INET;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my @sockets = map { IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128,
		LocalPort => free_port, ReuseAddr => 1) } 1 .. 2;
	my @ports = map { $_->sockport } @sockets;
	# systemd's convention: from descriptor 3 on, named in this order, for this pid.
	my $pass = sub {
		POSIX::dup2(fileno $sockets[1], 100);
		POSIX::dup2(fileno $sockets[0], 3);
		POSIX::dup2(100, 4);
		POSIX::close(100);
		@ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 2, 'first:second');
	};
	my $h = heddle(<<"YAML", workers => 1, before => $pass);
services:
  number: {listen: "fd:3", backends: [{name: one, address: "${\$one->address}"}]}
  name: {listen: "fd:second", backends: [{name: one, address: "${\$one->address}"}]}
YAML
	close $_ for @sockets;
	is(who($ports[0]), 'one', 'fd:3');
	is(who($ports[1]), 'one', 'fd:second');
	is_deeply([sort map { "$_->{service} $_->{listener}" } $h->access(2)],
		['name fd:second', 'number fd:3'], 'the access log names them');
	my ($code, $out) = $h->reload;
	is($code, 0, 'a reload keeps them') or diag($out);
	is(who($ports[1]), 'one', '... working');
	$h->finish;
});
