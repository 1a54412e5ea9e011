# SPDX-License-Identifier: BSD-2-Clause
# A fallback node of a PHP site got modifier 0, which an instance without Python refuses: uWSGI's
# fallback nodes have the modifiers of the node that failed, and those of a drop-in too.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);

my ($spare, $own, $live) = map { backend('uwsgi', name => $_) } qw(spare own live);
my @dead = map { backend('refusing') } 1 .. 2;

# "spare 14/3" of "spare 14/3 ...".
sub node { my ($answer) = @_; return $answer =~ /\A(\w+ \d+\/\d+)/ ? $1 : $answer }

on_each_event(sub {
	for my $mode (qw(inherit node keep)) {
		my $s = subscribed(workers => 2, service => "modifiers: $mode",
			routes => ["nodes: [\"${\$dead[1]->address}\", \"${\$spare->address}\"]\n        for: failed"]);
		$s->send(announcement('php.test', $dead[0]->address, modifier1 => 14, modifier2 => 3));
		$s->send(announcement('both.test', $_->[0], modifier1 => $_->[1])) for [$dead[0]->address, 5], [$live->address, 0];
		ok($s->wait_nodes(3), "$mode: nodes");
		my %modifiers = (inherit => '14/3', node => '0/0', keep => '0/0');
		is(node($s->ask('php.test')), "spare $modifiers{$mode}", '... the fallback node behind another one that is dead') for 1 .. 3;
		is(node($s->ask('both.test')), 'live 0/0', '... a node of the pool has its own') for 1 .. 3;
		$s->heddle->finish;
	}
	my $s = subscribed(service => 'modifiers: inherit',
		routes => ["nodes: [{name: own, address: \"${\$own->address}\", modifier1: 7}]"]);
	$s->send(announcement('php.test', $dead[0]->address, modifier1 => 14));
	ok($s->wait_nodes(1), 'inherit');
	is(node($s->ask('php.test')), 'own 7/0', '... a fallback node that sets its own');
	is(node($s->ask('unknown.test')), 'own 7/0', '... and where no node failed');
	$s->heddle->finish;
});
