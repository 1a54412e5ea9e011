# SPDX-License-Identifier: BSD-2-Clause
# Scenario R1: backup nodes from old and new instances (unbit/uwsgi#179). P says backup=0, Q backup=1,
# and R, which is older, says nothing; a pair that nobody knows is ignored.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);

on_each_event(sub {
	my %nodes = map { $_ => backend('uwsgi', name => $_) } qw(P R);
	$nodes{Q} = backend('uwsgi', name => 'Q', linger => 3);
	my %says = (P => [backup => 0], Q => [backup => 1], R => [inactive => 1, nobody => 'knows this']);
	my $s = subscribed(server => 'tolerance: 90s', workers => 2);
	my $announce = sub { $s->send(map { announcement('a.test', $nodes{$_}->address, @{ $says{$_} }) } @_) };
	my $withdraw = sub { $s->send(map { withdrawal('a.test', $nodes{$_}->address, @{ $says{$_} }) } @_) };
	my $shares = sub {
		my %shares;
		for my $client (map { $s->begin('a.test') } 1 .. shift) {
			$shares{substr Heddle::Subscribed::body($client), 0, 1}++;
		}
		return \%shares;
	};
	$announce->(qw(P Q R));
	ok($s->wait_nodes(3), 'three nodes');
	is_deeply($shares->(100), { P => 50, R => 50 }, 'P and R share; the backup node gets none');
	$withdraw->(qw(P R));
	ok($s->wait_nodes(1), 'P and R unsubscribe');
	is_deeply($shares->(100), { Q => 100 }, 'Q gets all');

	my @running = map { $s->begin('a.test') } 1 .. 10;
	ok(until_true(sub { $s->heddle->service('sites')->{sessions_active} == 10 }, 10), 'it has ten that run');
	$announce->('P');
	ok($s->wait_nodes(2), 'P comes back');
	is_deeply($shares->(100), { P => 100 }, '... and gets all');
	is(scalar(grep { Heddle::Subscribed::body($_) =~ /^Q / } splice @running), 10, 'those of Q finish');

	# Levels go by what was announced last; a primary that cannot be connected to is no reason to fail.
	$announce->('R');
	ok($s->wait_nodes(3), 'R comes back');
	$nodes{$_}->stop for qw(P R);
	is_deeply($shares->(20), { Q => 20 }, 'primaries that refuse: the backup node');
	$s->heddle->finish;
});
