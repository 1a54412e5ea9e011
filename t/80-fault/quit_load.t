# SPDX-License-Identifier: BSD-2-Clause
# QUIT under load: who was accepted is served, nobody is reset; TERM with a stopped worker.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [${\addresses($one)}]}\n";
	my $h = heddle($yaml);
	my $load = load($port, connections => 16);
	$load->wait_for(300);
	$h->quit;
	is($h->ended, 0, 'QUIT: 0');
	my $result = $load->stop;
	is($result->{$_}, 0, "no $_") for qw(eof timeout other);
	SKIP: {
		skip 'the kernel lets only root keep new handshakes away', 1 if $> != 0;
		is($result->{reset}, 0, 'no reset');
	}
	ok(!client($port) && $!{ECONNREFUSED}, 'refused when it was gone');
	$h->finish(stopped => 1);

	$h = heddle($yaml);
	kill 'STOP', ($h->worker_pids)[0];
	is($h->stop, 0, 'TERM ends a stopped worker too');
	$h->finish(stopped => 1);

	$h = heddle($yaml);
	my ($held) = one_each($port, 1);
	$h->quit;
	ok($h->wait_for(sub { !client($port, timeout => 0.3) }, 5, 'refusal'), 'QUIT, a client');
	$h->signal('HUP');
	is($held->ask('x'), 'one x', 'HUP does not disturb it');
	is($h->stop, 0, 'TERM ends a drain');
	is($held->ended, 'closed', '... and its sessions');
	$h->finish(stopped => 1);
});
