# SPDX-License-Identifier: BSD-2-Clause
# Signals as soon as the pid file names a process (logrotate at boot): a heddle that is starting
# does not die of them, and acts on them when it has started.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Fcntl qw(LOCK_SH);
use Time::HiRes qw(sleep);

# Where a start cannot be held, so many addresses that it takes some time.
my $addresses = $^O eq 'linux' ? 20 : 2000;
sub listens { my ($dir) = @_; return join ', ', map { "\"unix:$dir/$_.sock\"" } 1 .. $addresses }

# A heddle that gets a signal as soon as it can be found. On Linux it waits meanwhile, as it would for
# processes of a master that was killed: who has the pid file open holds a lock on it.
sub signalled {
	my ($signal, %o) = @_;
	my $dir = File::Temp->newdir('heddle-test-XXXXXX', TMPDIR => 1);
	my $h = Heddle->prepare("services:\n  web: {listen: [" . listens($dir) . "], backends: []}\n",
		event => $Heddle::Test::event, folder => $dir, %o);
	my $pid_file = $h->dir . '/heddle.pid';
	open my $held, '>', $pid_file or die "$pid_file: $!";
	flock $held, LOCK_SH if $^O eq 'linux';
	$h->run;
	sleep 0.0005 until -s $pid_file || defined reap($h->pid);
	kill $signal, Heddle::read_file($pid_file) || $h->pid;
	close $held;
	return $h;
}

need_descriptors(9000) if $addresses > 1000;
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
