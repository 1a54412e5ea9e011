# SPDX-License-Identifier: BSD-2-Clause
# A reload from lrc to wrr: a node that was busy meanwhile does not get all requests until it has had
# as many as the others.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);

on_each_event(sub {
	my $fast = backend('uwsgi', name => 'F');
	my $slow = backend('uwsgi', name => 'S', linger => 4);
	my $s = subscribed(server => "balance: lrc\ntolerance: 90s", workers => 2);
	$s->send(map { announcement('a.test', $_->address) } $slow, $fast);
	ok($s->wait_nodes(2), 'two nodes');
	my %had;
	my $count = sub { $had{substr Heddle::Subscribed::body($_[0]), 0, 1}++ };
	my $first = $s->begin('a.test');
	ok(until_true(sub { $s->heddle->service('sites')->{sessions_active} == 1 }, 10), 'the slow one is busy');
	$had{substr $s->ask('a.test'), 0, 1}++ for 1 .. 30;
	$count->($first);
	undef $first;
	cmp_ok($had{F}, '>=', 25, 'the fast one gets nearly all while the slow one is busy') or diag(explain(\%had));
	is(($s->heddle->reload($s->yaml =~ s/balance: lrc/balance: wrr/r))[0], 0, 'from lrc to wrr');
	ok(until_true(sub { $s->heddle->log =~ /balance: lrc -> wrr/ }, 10), '... in force');
	%had = ();
	$count->($_) for map { $s->begin('a.test') } 1 .. 40;
	cmp_ok(abs($had{S} - 20), '<=', 2, 'half of 40 requests are for each') or diag(explain(\%had));
	$s->heddle->finish;
});
