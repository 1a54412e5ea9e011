# SPDX-License-Identifier: BSD-2-Clause
# -D: returns when it serves, with a pid file; titles; -t and what cannot start.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [${\addresses($one)}]}\n";
	my $h = Heddle->prepare($yaml, event => $_[0]);
	my ($code, $out) = $h->command('-t');
	is($code, 0, '-t') or diag($out);
	system(Heddle::binary(), '-c', $h->{file}, '-D');
	is($?, 0, '-D');
	is(who($port), 'one', 'it serves when the command returns');
	my $file = $h->dir . '/heddle.pid';
	my ($pid) = Heddle::read_file($file) =~ /(\d+)/;
	adopt($pid);
	my ($worker) = $h->worker_pids;
	like(Heddle::read_file("/proc/$pid/cmdline"), qr/^heddle: master/, 'title of the master');
	like(Heddle::read_file("/proc/$worker/cmdline"), qr/^heddle: worker \d/, '... of a worker');
	is(($h->reload)[0], 0, '-s reload');
	is(($h->command('-s', 'quit'))[0], 0, '-s quit');
	forget($pid) if ok(until_true(sub { !-e $file }, 5), 'it is gone');
	$h->configure("$yaml  bad: {listen: \"127.0.0.1:$port\"}\n");
	is(($h->command('-D'))[0], 1, 'a bad configuration does not start');
});
