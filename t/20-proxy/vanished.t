# SPDX-License-Identifier: BSD-2-Clause
# A peer that vanishes (no end, no reset) is given up after the time of keepalive: one that is
# silent, one that has sent its end, and one with bytes under way. One that is there and does not
# read for longer than that is not.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;

my ($unshare, $ip) = map { program($_) } qw(unshare ip);
plan(skip_all => 'needs unshare and ip, as root')
	if !$unshare || !$ip || system("$unshare -n true 2>/dev/null");
if (!$ENV{HEDDLE_TEST_NAMESPACE}) {
	$ENV{HEDDLE_TEST_NAMESPACE} = 1;
	exec $unshare, '-n', $^X, $0;
}
system $ip, qw(link set lo up);

my $host = 9;
on_each_event(sub {
	my $size = 30 << 20;
	my $count = backend('count', size => $size);
	# nobody accepts: its backlog takes connections and bytes, and says nothing
	my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64);
	my $silence = '127.0.0.1:' . $silent->sockport;
	my ($download, $quiet) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
defaults: {keepalive: {idle: 1s, interval: 1s, count: 2}}
services:
  download: {listen: "0.0.0.0:$download", backends: ["${\$count->address}"]}
  quiet: {listen: "0.0.0.0:$quiet", backends: ["$silence"]}
YAML
	my $from = '127.77.1.' . $host++;
	my $slow = client($download, receive_buffer => 65536);
	my @gone = map { client($_->[0], from => $from, receive_buffer => 65536) }
		[$quiet], [$quiet], [$download];
	$_->send('x') for @gone;
	$gone[1]->shut;
	# some of the download in its buffers, which are not full
	$gone[2]->bytes(20_000);
	my $active = sub { return $h->service($_[0])->{sessions_active} };
	ok($h->wait_for(sub { $active->('quiet') == 2 && $active->('download') == 2 }, 5,
		'four sessions'), 'four sessions');
	select undef, undef, undef, 1.2;	# old enough for keepalive
	is(system($ip, qw(route add blackhole), $from, qw(table local)), 0, 'clients vanish');
	$gone[2]->bytes(1 << 16, 2) for 1 .. 3;
	ok($h->wait_for(sub { $active->('quiet') == 0 }, 20, 'the silent ones to be given up'),
		'those that were silent, or had sent their end, are given up');
	ok($h->wait_for(sub { $active->('download') == 1 }, 20, 'the other to be given up'),
		'... and so is one with bytes under way');
	select undef, undef, undef, 2;
	is($active->('download'), 1, 'a client that does not read for so long is not');
	is(length $slow->bytes(1 << 20), 1 << 20, '... and gets the rest');
	$slow->close;
	my %reasons;
	$reasons{ $_->{reason} }++ for $h->access(4);
	is($reasons{client_reset}, 4, 'the reason');
	$h->finish;
});
