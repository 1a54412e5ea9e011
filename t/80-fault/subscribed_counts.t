# SPDX-License-Identifier: BSD-2-Clause
# What a killed worker had of subscribed nodes is given back: lrc and wlrc count on. And the server is
# removed and comes back by reloads, with sessions on its nodes.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);

# So many clients at once, with the names of their nodes.
sub hold {
	my ($s, $count) = @_;
	return map { my $c = $s->begin('a.test'); $c->{name} = ($c->line(10) // '') =~ /^(\S+)/ ? $1 : 'nobody'; $c } 1 .. $count;
}

sub names { my %names; $names{ $_->{name} }++ for @_; return \%names }

on_each_event(sub {
	my @nodes = map { backend('uwsgi', name => "n$_", linger => 600) } 1 .. 3;
	my $s = subscribed(server => "balance: lrc\ntolerance: 10m", workers => 2);
	my $h = $s->heddle;
	my $announce = sub { $s->send(map { announcement('a.test', $_->address) } @nodes) };
	$announce->();
	ok($s->wait_nodes(3), 'three nodes');
	my @held = hold($s, 30);
	is_deeply(names(@held), { n1 => 10, n2 => 10, n3 => 10 }, 'thirty sessions, ten each');
	my ($first, $second) = $h->worker_pids;
	kill 'KILL', $first;
	ok(until_true(sub { my @now = $h->worker_pids; @now == 2 && !grep { $_ == $first } @now }, 10), 'a worker is killed');
	my @left = grep { $_->ended(0.05) eq 'open' } @held;
	cmp_ok(scalar @left, '<', 30, '... and its sessions are gone');
	my $left = names(@left);
	my @more = hold($s, 60 - @left);
	my $sum = names(@left, @more);
	is_deeply($sum, { n1 => 20, n2 => 20, n3 => 20 }, '... and count no more: twenty each now') or diag(explain($left));

	# The resolver, too: it does not count sessions, and must not lose them.
	my ($resolver) = map { $_->{pid} } $h->processes('resolver');
	kill 'KILL', $resolver;
	ok(until_true(sub { my ($now) = map { $_->{pid} } $h->processes('resolver'); $now && $now != $resolver }, 10), 'the resolver is killed');
	$announce->();
	ok($s->wait_nodes(3), '... and knows all nodes');
	push @more, hold($s, 3);
	is_deeply(names(@left, @more), { n1 => 21, n2 => 21, n3 => 21 }, '... whose sessions count as before');

	# Without the server nobody has the key; the sessions go on.
	my ($code, $out) = $h->reload($s->yaml =~ s/^subscriptions:\n.*?^(services:)/$1/msr =~ s/- subscriptions: apps/- nodes: ["127.0.0.1:1"]/r);
	is($code, 0, 'a reload without the server') or diag($out);
	is(scalar(grep { $_->ended(0.01) ne 'open' } @left, @more), 0, '... the sessions go on');
	($code, $out) = $h->reload($s->yaml);
	is($code, 0, 'a reload that has it again') or diag($out);
	ok($s->wait_nodes(0), '... without nodes');	# the resolver says so in its own time
	$announce->();
	ok($s->wait_nodes(3), '... until they announce themselves');
	push @more, hold($s, 6);
	is_deeply(names(@more[-6 .. -1]), { n1 => 2, n2 => 2, n3 => 2 }, '... and begin at nothing');
	@held = @left = @more = ();
	$_->stop for @nodes;
	$h->finish(alerts => 1);
});
