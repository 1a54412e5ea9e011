# SPDX-License-Identifier: BSD-2-Clause
# A stranger has taken over a worker and sends to the master over its channel: what only the control
# process may ask, and messages that never end. The worker is aborted; nothing else happens.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use Socket qw(MSG_NOSIGNAL);

use constant { PIDFD_OPEN => 434, PIDFD_GETFD => 438 };

# The numbers of the messages, as the header has them.
my ($kinds) = Heddle::read_file(Heddle::root() . '/src/process/message.h')
	=~ /^enum message_kind \{(.*?)^\};/ms;
my %number;
$kinds =~ s!/\*.*?\*/!!gs;
$number{$1} = keys %number while $kinds =~ /\bMESSAGE_(\w+)/g;

# The worker's end of the channel, the only connected SEQPACKET socket that it has.
sub channel_of {
	my ($pid) = @_;
	my %seqpacket = map { (split ' ')[6] => 1 } grep { /^\S+ \S+ \S+ \S+ 0005 / }
		split /\n/, Heddle::read_file("/proc/$pid/net/unix");
	my $pidfd = syscall PIDFD_OPEN, $pid, 0;
	for my $fd (map { m{/(\d+)$} } glob "/proc/$pid/fd/*") {
		my ($inode) = (readlink("/proc/$pid/fd/$fd") // '') =~ /^socket:\[(\d+)\]/ or next;
		my $copy = $seqpacket{$inode} ? syscall(PIDFD_GETFD, $pidfd, $fd + 0, 0) : -1;
		$copy >= 0 && open my $channel, '+<&=', $copy or next;
		POSIX::close($pidfd);
		return $channel;
	}
	return;
}

# kind, bytes, bytes that are still to come, descriptors that are still to come; bytes
sub packet {
	my ($kind, $left, $bytes) = @_;
	return pack('LLLL', $number{$kind}, length $bytes, $left, 0) . $bytes;
}

my %bad = (
	'a reload' => [packet('REQUEST', 0, "\1" . "\0" x 7)],
	'a confirmation in advance' => [packet('COMMITTED', 0, pack 'Q L L', 99, 1, 0)],
	'an address given up twice' => [(packet('ADDRESS_DONE', 0, pack 'L L', 1, 7)) x 2],
	'READY again' => [packet('READY', 0, '')],
	'a message without an end' => [(packet('REQUEST', 1 << 30, 'x' x 32_752)) x 1_000],
);

# All of them, or until the other end is closed.
sub send_all {
	my ($channel, @packets) = @_;
	for my $packet (@packets) {
		until (send $channel, $packet, MSG_NOSIGNAL) {
			return if !$!{EAGAIN};
			vec(my $set = '', fileno $channel, 1) = 1;
			select undef, $set, undef, 5 or return;
		}
	}
}

plan skip_all => 'not the system for it' if $^O ne 'linux' || $> != 0;
my $probe = syscall PIDFD_OPEN, $$, 0;
plan skip_all => 'no pidfd_getfd here' if $probe < 0 || syscall(PIDFD_GETFD, $probe, 0, 0) < 0;
on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	for my $name (sort keys %bad) {
		my $memory = $h->rss($h->pid);
		my ($victim) = $h->worker_pids;
		my $channel = channel_of($victim);
		ok($channel, "$name: the channel of the worker");
		send_all($channel, @{ $bad{$name} });
		close $channel;
		ok($h->wait_log(qr/worker 1 \(pid $victim\) (?:sent|answered) .*: aborted/),
			'... it is aborted');
		ok($h->wait_for(sub { my ($w) = $h->worker_pids; $w && $w != $victim }, 20,
			'another'), '... another one serves');
		is(who($port), 'one', '... clients, too');
		cmp_ok($h->rss($h->pid) - $memory, '<', 16 << 20,
			'... the master has not grown');
	}
	unlike($h->log, qr/reload/, 'nothing was loaded again');
	$h->finish(alerts => 1);
});
