# SPDX-License-Identifier: BSD-2-Clause
# Another program accepts from the same inherited socket. As long as heddle has no backend
# (when_empty: wait) that program gets every client, at once; with a backend both get some.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use IO::Select;
use IO::Socket::INET;
use List::Util qw(uniq);

sub beside {
	my ($socket) = @_;
	return spawn(sub {
		my $waits = IO::Select->new($socket);	# heddle has made it non-blocking
		while ($waits->can_read) {
			my $client = $socket->accept or next;
			$client->blocking(1);
			print $client "other\n" if defined readline $client;
		}
	}, $socket);
}

sub asked {
	my ($port) = @_;
	my $client = client($port) // return "connect: $!";
	return ($client->ask('?', 5) // 'nothing') =~ s/ \?$//r;
}
sub seen { my ($port, $count) = @_; return join ' ', uniq(map { asked($port) } 1 .. $count) }

sub run {
	my ($workers) = @_;
	my $one = backend('named', name => 'one');
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128,
		LocalPort => free_port, ReuseAddr => 1) or die "listen: $!";
	my $port = $socket->sockport;
	my $pass = sub {
		POSIX::dup2(fileno $socket, 3);
		@ENV{qw(LISTEN_PID LISTEN_FDS)} = ($$, 1);
	};
	my $h = heddle(<<"YAML", workers => $workers, before => $pass);
services: {web: {listen: "fd:3", when_empty: wait}}
YAML
	my $api = Heddle::Api->new($h->control);
	my $path = 'services/web/backends/one?force=1';
	my $other = beside($socket);	# behind the workers in the queue of the kernel
	for my $turn (1, 2) {
		is(seen($port, 20), 'other', "$workers workers, no backend: turn $turn");
		is($api->put($path, { address => $one->address }), 201, 'a backend comes');
		my %by;
		ok(until_true(sub { $by{ asked($port) }++; return $by{one} && $by{other} }, 20),
			'both get clients') or diag(explain(\%by));
		is_deeply([sort keys %by], [qw(one other)], '... and nobody else');
		is($api->remove($path), 200, 'the backend goes');
	}
	end_child($other);
	my $client = client($port);
	$client->send("?\n");
	is($client->ended(0.1), 'open', 'alone and without a backend, heddle does not accept');
	is($api->put($path, { address => $one->address }), 201, 'a backend comes');
	is($client->line, 'one ?', '... and the client is served');
	undef $client;
	$h->finish;
}

on_each_event(sub { run($_) for 1, 4 });
