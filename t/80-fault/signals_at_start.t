# SPDX-License-Identifier: BSD-2-Clause
# Signals as soon as the pid file names a process (logrotate at boot): a heddle that is starting
# does not die of them, and acts on them when it has started.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(sleep);

# So many addresses that the start takes some time.
sub listens { my ($dir) = @_; return join ', ', map { "\"unix:$dir/$_.sock\"" } 1 .. 2000 }

# A heddle that gets a signal as soon as it can be found.
sub signalled {
	my ($signal, %o) = @_;
	my $dir = File::Temp->newdir('heddle-test-XXXXXX', TMPDIR => 1);
	my $h = heddle("services:\n  web: {listen: [" . listens($dir) . "], backends: []}\n",
		fails => 1, folder => $dir, %o);
	my $pid_file = $h->dir . '/heddle.pid';
	sleep 0.0005 until -s $pid_file || defined reap($h->pid);
	kill $signal, Heddle::read_file($pid_file) || $h->pid;
	return $h;
}

need_descriptors(9000);
on_each_event(sub {
	my $h = signalled('USR1');
	ok($h->wait_ready, 'USR1: it starts');
	ok($h->wait_log(qr/log files opened again/), '... and opens its logs again');
	$h->finish;

	$h = signalled('HUP');
	ok($h->wait_ready, 'HUP: it starts');
	ok($h->wait_log(qr/reload/), '... and reloads');
	$h->finish;

	$h = signalled('TERM');
	is($h->ended, 0, 'TERM: it stops');
	ok(!-e $h->dir . '/heddle.pid' && !-e $h->{folder} . '/1.sock', '... and leaves no file');
	$h->finish(stopped => 1);

	$h = signalled('TERM', args => ['-D']);
	is($h->ended, 1 << 8, 'TERM after -D: it has not started');
	like($h->output, qr/stopped by a signal before everything was ready/, '... and says why');
});
