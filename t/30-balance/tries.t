# SPDX-License-Identifier: BSD-2-Clause
# A backend that refuses or takes too long: the next, within connect_tries and the total.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my @bad = map { backend('refusing') } 1 .. 3;
	my @hole = map { backend('blackhole') } 1 .. 3;
	my ($all, $two, $total) = (free_port, free_port, free_port);
	my $list = sub { join ', ', map { "\"$_->{address}\"" } @_ };
	my $h = heddle(<<"YAML", workers => 1);
services:
  all: {listen: "127.0.0.1:$all", backends: [${\$list->(@bad, $one)}]}
  two: {listen: "127.0.0.1:$two", connect_tries: 2, backends: [${\$list->(@bad, $one)}]}
  total:
    listen: 127.0.0.1:$total
    connect_timeout: 1s
    connect_total_timeout: 1800ms
    backends: [${\$list->(@hole)}]
YAML
	is(many($all, 4), 'one one one one', 'whoever is first in turn, the living one answers');
	my @lines = $h->access(4);
	is(join(' ', map { $_->{tries} } @lines), '4 4 4 4', 'a failed dial spends its turn');
	is(client($two)->ended, 'closed', 'two tries and no more');
	my ($line) = grep { $_->{service} eq 'two' } $h->access(5);
	is("$line->{tries} $line->{reason}", '2 connect_failed', '... says the log');
	is(client($total)->ended, 'closed', 'no more time');
	($line) = grep { $_->{service} eq 'total' } $h->access(6);
	is("$line->{tries} $line->{reason}", '2 connect_failed',
		'the total time ends the second try');
	cmp_ok($line->{duration_seconds}, '<', 1.8 + in_time(0.5), '... in time');
	$h->finish;
});
