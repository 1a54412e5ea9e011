# SPDX-License-Identifier: BSD-2-Clause
# Signals to the whole group while children start: a child that has just been forked does not end
# by them either.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(sleep);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle($yaml, workers => 1);
	my $pid = $h->pid;
	my $storm = spawn(sub {
		while (kill 'USR2', -$pid) { sleep 0.0005 }
	});
	for my $count (1 .. 4) {
		$h->{workers} = 12;
		$h->hup($yaml);
		ok($h->wait_for(sub { $h->worker_pids == 12 }, 20, 'workers'), 'more workers');
		$h->{workers} = 1;
		$h->hup($yaml);
		ok($h->wait_for(sub { $h->worker_pids == 1 }, 20, 'workers'), 'fewer workers');
	}
	end_child($storm, 'KILL');
	unlike($h->log, qr/was killed by signal/, 'no child was killed');
	is(who($port), 'one', 'it serves');
	$h->finish;
});
