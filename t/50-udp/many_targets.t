# SPDX-License-Identifier: BSD-2-Clause
# 10,000 targets, three of which are there: those receive everything, also when the resolver process
# is killed, and are counted on.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);

time_limit(300);
my $count = 10000;
plan(skip_all => 'needs ' . ($count + 2000) . ' descriptors')
	if (qx(sh -c 'ulimit -Hn') =~ /(\d+)/ ? $1 : 1e9) < $count + 2000;

on_each_event(sub {
	my ($port, $to) = (free_port, free_port);
	my @hosts = map { sprintf '127.2.%d.%d', $_ / 250, 1 + $_ % 250 } 0 .. $count - 1;
	my @sinks = map { sink("$hosts[$_]:$to") } 0, $count / 2, $count - 1;
	my $targets = join ', ', map { "\"$_:$to\"" } @hosts;
	my $h = heddle("fanouts:\n  f: {listen: \"127.0.0.1:$port\", targets: [$targets]}\n");
	my $sender = sender($port);
	for my $n (1 .. 5) {
		$sender->numbered(1);
		for my $sink (@sinks) {
			is($sink->wait_count($n, 20), $n, "datagram $n arrives");
		}
	}
	is($_->disorder(0), '', 'in order') for @sinks;
	my $f;
	ok(until_true(sub { $f = $h->stats->{fanouts}{f}; keys %{ $f->{targets} // {} } == $count }, 20),
		'the stats have all of them') or diag(scalar keys %{ $f->{targets} });
	for my $sink (@sinks) {
		ok(until_true(sub { $h->stats->{fanouts}{f}{targets}{ $sink->address }{sent} == 5 }, 20),
			'  with what they were sent');
	}
	my $refused = sub { scalar grep { $_->{dropped}{refused} } values %{ $h->stats->{fanouts}{f}{targets} } };
	ok(until_true(sub { $refused->() > $count - 100 }, 20), 'the others refuse') or diag($refused->());

	my ($resolver) = $h->processes('resolver');
	kill 'KILL', $resolver->{pid};
	$sender->numbered(1);
	is($_->wait_count(6, 20), 6, 'another resolver process goes on') for @sinks;
	for my $sink (@sinks) {
		ok(until_true(sub { ($h->stats->{fanouts}{f}{targets}{ $sink->address }{sent} // 0) == 6 }, 20),
			'  with the counters of all');
	}
	$h->finish(alerts => 1);	# the killed one
});
