# SPDX-License-Identifier: BSD-2-Clause
# A sender that is faster than heddle: what the kernel drops is counted, nothing is lost without a
# count, and the log has a line when it begins and one when it ends. Scenario F2.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sinks sender datagram);

plan(skip_all => 'the kernel does not say what it drops') if $^O ne 'linux';
my $port = free_port;
my @sinks = sinks(2);
my $h = heddle("fanouts: {f: {protocol: raw, listen: \"127.0.0.1:$port\", targets: ["
	. join(', ', map { '"' . $_->address . '"' } @sinks) . "]}}\n");
my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
my $sender = sender($port);
my ($resolver) = $h->processes('resolver');

# It stands still while more comes than its queue takes.
my $sent = $sender->numbered(100);
$sinks[0]->wait_count(100);
kill 'STOP', $resolver->{pid};
$sent = $sender->numbered(20000, 1000);
kill 'CONT', $resolver->{pid};
my $all = sub { my $now = $f->(); return $now->{received} + $now->{kernel_dropped} };
ok($h->wait_for(sub { $all->() == $sent }, 10, 'all'), 'received and dropped are all that was sent')
	or diag("$sent, counted ", $all->());
my $now = $f->();
cmp_ok($now->{kernel_dropped}, '>', 0, 'some were dropped');
cmp_ok($now->{received}, '>', 100, 'some were not');
for my $sink (@sinks) {
	my $target = $now->{targets}{ $sink->address };
	my $sum = $target->{sent};
	$sum += $_ for values %{ $target->{dropped} };
	is($sum, $now->{received}, 'each that was received was sent or dropped');
	is($sink->wait_count($target->{sent}), $target->{sent}, '... what was sent is there');
}
ok($h->wait_log(qr/fan-out f: listeners: datagrams are dropped: they come faster/), 'the beginning');
ok($h->wait_log(qr/no more datagrams are dropped: $now->{kernel_dropped} were/, 15), 'the end');
is($h->log_count(qr/datagrams are dropped/, 2), 2, '... a line each');
$h->finish;
done_testing();
