# SPDX-License-Identifier: BSD-2-Clause
# -s stop and -s quit return when heddle has ended, so that it can be started again at once; with
# a limit.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = Heddle->prepare("shutdown_timeout: 1s\n$yaml", event => $_[0]);
	my $pid;
	for my $word (qw(stop quit stop quit)) {
		my ($code, $out) = $h->command('-D');
		is($code, 0, '-D') or diag($out);
		($pid) = Heddle::read_file($h->dir . '/heddle.pid') =~ /(\d+)/;
		adopt($pid);
		my $held = client($port);
		is($held->ask('x'), 'one x', 'it serves');
		is(($h->command('-s', $word))[0], 0, "-s $word");
		ok(!-e $h->dir . '/heddle.pid', '... it has ended');
		ok(!client($port), '... and nobody listens');
		forget($pid);
	}
	unlike($h->log, qr/ alert /, 'no alert in the log');

	# it cannot end: a master that somebody has stopped
	$h = heddle($yaml);
	kill 'STOP', $h->pid;
	my $out = $h->dir . '/stop.out';
	my $stop = launch({ out => $out, err => $out }, Heddle::binary(), '-c', $h->{file}, '-s',
		'stop');
	ok(!defined reap($stop, 1), '-s stop waits while it cannot end');
	kill 'CONT', $h->pid;
	is(reap($stop, 10), 0, '... and returns when it can');
	$h->ended;
	$h->finish(stopped => 1);
});
