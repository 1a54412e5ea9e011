# SPDX-License-Identifier: BSD-2-Clause
# Random, the better of two: everybody gets some, the full one less.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my @names = qw(one two three four);
	my @there = backends(@names);
	my $list = join ', ', map { "{name: $_->{name}, address: \"$_->{address}\"}" } @there;
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web: {listen: "127.0.0.1:$port", balance: random, backends: [$list]}
YAML
	my %seen;
	$seen{ who($port) }++ for 1 .. 200;
	is_deeply([sort keys %seen], [sort @names], 'everybody gets some');
	# 50 each, standard deviation 6.1: 6 of them either way are no accident.
	cmp_ok($seen{$_}, '>', 13, "$_ enough") for @names;
	my @held = one_each($port, 100);
	my %held;
	$held{ $_->{name} }++ for @held;
	my ($least, $most) = (sort { $a <=> $b } values %held)[0, -1];
	cmp_ok($most - $least, '<=', 10, 'two choices keep held connections even');
	@held = ();
	$h->finish;
});
