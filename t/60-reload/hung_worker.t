# SPDX-License-Identifier: BSD-2-Clause
# An address is removed while a worker does not answer: the others wait without turning.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $q) = (free_port, free_port);
	my $path = File::Temp->newdir('heddle-test-XXXXXX', TMPDIR => 1);
	my $yaml = sub {
		my $list = join ', ', map { "\"$_\"" } @_;
		return "change_timeout: 2s\nservices:\n  web: {listen: [$list], "
			. "backends: [\"${\$one->address}\"]}\n";
	};
	my $h = heddle($yaml->("127.0.0.1:$p", "127.0.0.1:$q", "unix:$path/socket"), workers => 2);
	my ($victim) = $h->worker_pids;
	$h->kill_worker($victim, 'STOP');
	$h->hup($yaml->("127.0.0.1:$p"));
	ok($h->wait_log(qr/:$q: no longer listening/), 'the port goes');
	ok($h->wait_log(qr/socket: no longer listening/), '... and the path');
	my $before = $h->counter('turns_total');
	is(who($p), 'one', "client $_") for 1 .. 10;
	select undef, undef, undef, 0.5;
	cmp_ok($h->counter('turns_total') - $before, '<', 500, 'no worker spins');
	$h->kill_worker($victim, 'CONT');
	$h->finish;
});
