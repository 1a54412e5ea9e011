# SPDX-License-Identifier: BSD-2-Clause
# From the first announcement of a key to its first request: 50 ms at most, at any worker, also where
# requests were there first and wait in the backlog (cheap mode).
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Time::HiRes qw(time);

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[@sorted / 2] }

on_each_event(sub {
	my $node = backend('uwsgi', name => 'node');
	my $most = 0.05;
	my $s = subscribed(service => 'error_response: off', workers => 4);
	my @took = map {
		my $key = "k$_.test";
		my $begin = time;
		$s->send(announcement($key, $node->address));
		until_true(sub { $s->ask($key) ne '' }, 10);
		time - $begin;
	} 1 .. 25;
	cmp_ok(median(@took), '<', in_time($most), sprintf 'an announcement, then a request: %.1f ms', 1000 * median(@took));
	$s->heddle->finish;

	$s = subscribed(service => 'when_empty: wait', workers => 4);
	@took = map {
		my @waiting = map { $s->begin('a.test') } 1 .. 8;
		is(scalar(grep { $_->ended(0.01) ne 'open' } @waiting), 0, 'clients wait') if $_ == 1;
		my $begin = time;
		$s->send(announcement('a.test', $node->address));
		$_->line(10) for @waiting;
		my $took = time - $begin;
		$s->send(withdrawal('a.test', $node->address));
		$s->wait_nodes(0);
		$took;
	} 1 .. 15;
	cmp_ok(median(@took), '<', in_time($most), sprintf 'eight requests that wait: %.1f ms', 1000 * median(@took));
	$s->heddle->finish;
});
