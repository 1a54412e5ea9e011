# SPDX-License-Identifier: BSD-2-Clause
# Least connections, by weight, exact over all workers; equals in turn.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two, $three) = backends(qw(one two three));
	my ($port, $even) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 4);
services:
  web:
    listen: 127.0.0.1:$port
    balance: least_connections
    backends:
      one: {address: "${\$one->address}", weight: 1}
      two: {address: "${\$two->address}", weight: 1}
      three: {address: "${\$three->address}", weight: 2}
  even:
    listen: 127.0.0.1:$even
    balance: least_connections
    backends: [${\named($one, $two, $three)}]
YAML
	my @held = one_each($port, 40);
	my %share;
	push @{ $share{ $_->{name} } }, $_ for @held;
	is_deeply({ map { $_ => scalar @{ $share{$_} } } keys %share },
		{ one => 10, two => 10, three => 20 }, 'each by its weight');
	$_->close for splice @{ $share{two} }, 0, 5;
	ok($h->wait_for(sub { $h->backend('web', 'two')->{sessions_active} == 5 }, 5,
		'five to end'),
		'five of one backend end');
	my @more = one_each($port, 5);
	is(join(' ', map { $_->{name} } @more), 'two two two two two', '... and are the next');
	(@held, @more, %share) = ();
	$h->wait_for(sub { $h->settled eq '' }, 5, 'all to end');
	my @names = map {
		my $name = who($even);
		$h->wait_for(sub { $h->settled eq '' }, 5, 'its end');
		$name;
	} 1 .. 6;
	is("@names", 'one two three one two three', 'short sessions, one at a time, go round');
	my $load = load($port, connections => 24);
	$load->wait_for(500);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, 'under load none fails');
	$h->finish;
});
