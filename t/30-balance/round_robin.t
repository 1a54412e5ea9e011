# SPDX-License-Identifier: BSD-2-Clause
# Round robin: weight is that many connections in a row, exact over all workers.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two, $three) = backends(qw(one two three));
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 4);
services:
  web:
    listen: 127.0.0.1:$port
    backends:
      one: {address: "${\$one->address}", weight: 1}
      two: {address: "${\$two->address}", weight: 2}
      three: {address: "${\$three->address}", weight: 3}
YAML
	is(many($port, 12), join(' ', (qw(one two two three three three)) x 2), 'in order');
	my $result = load($port, connections => 16, limit => 600)->stop(1);
	my $all = $result->{ok};
	is(Heddle::Load::failed($result), 0, 'none failed');
	my %sum = map { $_ => $h->backend('web', $_)->{sessions_total} } qw(one two three);
	my $turns = ($all + 12) / 6;
	cmp_ok(abs($sum{one} - $turns), '<=', 1, 'shares are exact under load: one');
	cmp_ok(abs($sum{two} - 2 * $turns), '<=', 2, '... two');
	cmp_ok(abs($sum{three} - 3 * $turns), '<=', 3, '... three');
	my %workers = map { /^(\d+)-/ ? ($1 => 1) : () } map { $_->{id} } $h->access($all + 12);
	cmp_ok(keys %workers, '>=', 3, 'several workers took part');
	$h->finish;
});
