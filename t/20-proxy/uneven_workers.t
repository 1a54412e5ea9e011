# SPDX-License-Identifier: BSD-2-Clause
# Sessions of a socket that all workers share (a unix path, an inherited one) are spread over them.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;
use List::Util qw(max min sum);

use constant { WORKERS => 4, SESSIONS => 320 };
need_descriptors(SESSIONS + 200);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $dir = File::Temp->newdir('heddle-even-XXXXXX', TMPDIR => 1);
	chmod 0777, "$dir";
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 512,
		LocalPort => free_port, ReuseAddr => 1) or die "listen: $!";
	my $port = $socket->sockport;
	my $pass = sub {
		POSIX::dup2(fileno $socket, 3);
		@ENV{qw(LISTEN_PID LISTEN_FDS)} = ($$, 1);
	};
	my $h = heddle(<<"YAML", workers => WORKERS, before => $pass);
services:
  web: {listen: ["$dir/web", "fd:3"], backends: ["${\$one->address}"]}
YAML
	close $socket;
	for my $to ("$dir/web", $port) {
		my $what = $to eq $port ? 'an inherited socket' : 'a unix socket';
		for my $way ('at once', 'one by one') {
			my @clients = map {
				my $client = client($to) // die "connect: $!";
				$client->ask('x') if $way eq 'one by one';
				$client;
			} 1 .. SESSIONS;
			my @active;
			ok($h->wait_for(sub {
				@active = sort { $a <=> $b } map { $_->{sessions_active} }
					$h->processes('worker');
				sum(@active) == SESSIONS;
			}, 20, 'all sessions'), "all are accepted, $way");
			cmp_ok(max(@active), '<=', 1.5 * min(@active), "$what, $way: @active");
			@clients = ();
			$h->wait_for(sub { $h->settled eq '' }, 20, 'their end');
		}
	}
	$h->finish;
});
