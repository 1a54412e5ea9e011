# SPDX-License-Identifier: BSD-2-Clause
# A dead backend is skipped, and its share is not given to its neighbour alone.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two, $three) = backends(qw(one two three));
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
services:
  web:
    listen: 127.0.0.1:$port
    passive: {failures: 2, retry: 200ms}
    backends:
      one: {address: "${\$one->address}"}
      two: {address: "${\$two->address}"}
      three: {address: "${\$three->address}"}
YAML
	is(many($port, 3), 'one two three', 'all three');
	$two->stop;
	my %seen;
	$seen{ who($port) }++ for 1 .. 24;
	is_deeply([sort keys %seen], [qw(one three)], 'nobody meets the dead one');
	cmp_ok(abs($seen{one} - $seen{three}), '<=', 2, 'the two others share');
	is($h->backend('web', 'two')->{status}, 'down', 'marked down after two failures');
	is($h->backend('web', 'two')->{errors}{refused}, 2, '... and not dialled again');
	$two->start;
	ok($h->wait_for(sub { $h->backend('web', 'two')->{status} eq 'up' }, 5, 'two to be up'),
		'back');
	like(many($port, 4), qr/two/, '... and used');
	$h->finish;
});
