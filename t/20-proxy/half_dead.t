# SPDX-License-Identifier: BSD-2-Clause
# A side that has sent its end and then resets, or is reset before it is accepted, ends the
# session, whatever the other side does; and the other side is told by a reset.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);

# Accepts one connection for the test to play with.
sub accepted {
	my ($listener) = @_;
	my $socket = $listener->accept;
	$socket->blocking(0);
	return bless { socket => $socket, in => '', error => '', eof => 0 }, 'Heddle::Client';
}

on_each_event(sub {
	my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64);
	my $to = '127.0.0.1:' . $listener->sockport;
	my ($port, $early) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  s: {listen: "127.0.0.1:$port", backends: ["$to"]}
  early: {listen: "127.0.0.1:$early", backends: ["$to"]}
YAML
	my $gone = sub {
		my ($service, $what) = @_;
		ok($h->wait_for(sub { !$h->service($service)->{sessions_active} }, 10, $what), $what);
	};

	my $client = client($port);
	$client->send('x');
	my $backend = accepted($listener);
	is($backend->bytes(1), 'x', 'a session');
	$client->shut;
	is($backend->ended(5), 'closed', 'the client has said all');
	$client->reset;
	$backend->{eof} = 0;
	$gone->('s', 'a client that has sent its end and resets: the session is over');
	$backend->send('late');
	ok(!$backend->send('later') || $backend->ended(5) eq 'reset', '... the backend is told');

	$client = client($port);
	$client->send('x');
	$backend = accepted($listener);
	$backend->shut;
	is($client->ended(5), 'closed', 'the backend has said all');
	$backend->reset;
	$gone->('s', 'a backend that has sent its end and resets: the session is over');
	$client->close;

	$client = client($port);
	$client->send('x');
	$backend = accepted($listener);
	$client->shut;
	is($backend->bytes(1), 'x', 'the client has said all, and waits');
	my $size = 300_000;
	my $pid = spawn(sub {
		my $out = $backend->socket;
		$out->blocking(1);
		syswrite $out, 'a' x $size;
		setsockopt $out, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
	}, $backend->socket);
	$backend->close;
	Heddle::Child::reap($pid, 5);
	my $got = $client->rest(10);
	note('bytes: ', length $got, ' ', $client->error);
	is($client->error ne '' ? 'reset' : 'closed', 'reset', 'an answer cut by a reset');
	$gone->('s', '... ends the session');

	my ($worker) = $h->worker_pids;
	for my $say ('', 'hello') {
		kill STOP => $worker;
		$client = client($port);
		$client->send($say) if $say ne '';
		$client->reset;
		kill CONT => $worker;
		$gone->('s', "a client that resets before it is accepted (said '$say')");
		my $bits = '';
		vec($bits, fileno $listener, 1) = 1;
		next if select($bits, undef, undef, 0.2) <= 0;
		is(accepted($listener)->ended(5), 'reset', '... a backend hears of it by a reset');
	}
	$h->finish;
});
