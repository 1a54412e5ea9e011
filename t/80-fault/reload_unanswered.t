# SPDX-License-Identifier: BSD-2-Clause
# The control process stands still and its backlog is full: -s reload does not wait for ever to be
# let in, and sends the signal instead.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Handle;
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);

# Connects without waiting; undef when there is no room.
sub connected {
	my ($path) = @_;
	socket my $one, AF_UNIX, SOCK_STREAM, 0 or die "socket: $!";
	$one->blocking(0);
	return connect($one, pack_sockaddr_un($path)) ? $one : undef;
}

my $port = free_port;
my $yaml = "services:\n  web: {listen: \"127.0.0.1:$port\", backends: []}\n";
my $h = heddle($yaml);
my $control = $h->control_pid;
kill 'STOP', $control;
my @waiting;
while (my $one = connected($h->control)) { push @waiting, $one }
cmp_ok(@waiting, '>', 0, 'the backlog is full');
$h->configure("$yaml  more: {listen: \"127.0.0.1:${\free_port}\", backends: []}\n");
my $file = $h->dir . '/reload.out';
my $pid = launch({ out => $file, err => $file, env => $h->environment }, Heddle::binary(), '-c', $h->{file},
	'-s', 'reload');
# also one that is stopped for a moment now and then: its time is over nevertheless
my $ended = until_true(sub {
	kill $_, $pid for qw(STOP CONT);
	return defined reap($pid, 0.1);
}, 40);
my $out = Heddle::read_file($file);
is($ended && reap($pid), 0, '-s reload returns') or diag($out);
end_child($pid);
like($out, qr/control socket: .*; sent SIGHUP to pid ${\$h->pid} instead/, '... and tells why');
@waiting = ();
kill 'CONT', $control;
ok($h->wait_log(qr/reload applied/), 'it was applied');
$h->finish;
done_testing();
