# SPDX-License-Identifier: BSD-2-Clause
# From the first announcement of a key to its first request: 50 ms at most, at any worker, also where
# requests were there first and wait in the backlog (cheap mode). Beside what the same requests take
# when the node is known already, for this machine is not alone.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Time::HiRes qw(time);

# The time that a quarter of them do not exceed: in others somebody waited for a processor.
sub quarter { my @sorted = sort { $a <=> $b } @_; return $sorted[@sorted / 4] }

# The times of requests with a new node, and of the same ones with a known node.
sub soon {
	my ($what, $took, $known) = @_;
	my ($new, $usual) = map { quarter(@$_) } $took, $known;
	cmp_ok($new - $usual, '<', in_time(0.05), sprintf '%s: %.1f ms, %.1f ms when it is known', $what, 1000 * $new, 1000 * $usual);
}

on_each_event(sub {
	my $node = backend('uwsgi', name => 'node');
	my $s = subscribed(service => 'error_response: off', workers => 4);
	my (@took, @known);
	for (1 .. 25) {
		my $key = "k$_.test";
		my $begin = time;
		$s->send(announcement($key, $node->address));
		until_true(sub { $s->ask($key) ne '' }, 10);
		push @took, time - $begin;
		$begin = time;
		$s->ask($key);
		push @known, time - $begin;
	}
	soon('an announcement, then a request', \@took, \@known);
	$s->heddle->finish;

	$s = subscribed(service => 'when_empty: wait', workers => 4);
	@took = @known = ();
	for my $turn (1 .. 15) {
		my @waiting = map { $s->begin('a.test') } 1 .. 8;
		is(scalar(grep { $_->ended(0.01) ne 'open' } @waiting), 0, 'clients wait') if $turn == 1;
		my $begin = time;
		$s->send(announcement('a.test', $node->address));
		$_->line(10) for @waiting;
		push @took, time - $begin;
		$begin = time;
		@waiting = map { $s->begin('a.test') } 1 .. 8;
		$_->line(10) for @waiting;
		push @known, time - $begin;
		$s->send(withdrawal('a.test', $node->address));
		# how many nodes there are is told 100 ms later, and would be what was before this turn
		until_true(sub { ($s->datagrams('unsubscribe') // 0) == $turn }, 10);
	}
	soon('eight requests that wait', \@took, \@known);
	$s->heddle->finish;
});
