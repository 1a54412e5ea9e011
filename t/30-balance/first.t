# SPDX-License-Identifier: BSD-2-Clause
# First: the first that is up; the next only while it is not; back to it at once.
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
    balance: first
    passive: {failures: 1, retry: 300ms}
    backends:
      one: {address: "${\$one->address}"}
      two: {address: "${\$two->address}"}
      three: {address: "${\$three->address}"}
YAML
	is(many($port, 4), 'one one one one', 'the first');
	$one->stop;
	is(many($port, 4), 'two two two two', 'the second while the first is dead');
	my ($held) = one_each($port, 1);
	$two->stop;
	is($held->ended, 'closed', 'the second dies too');
	$held->close;
	is(many($port, 2), 'three three', 'the third');
	$one->start;
	ok($h->wait_log(qr/Backend is back \Q${\$one->address}\E, downtime: /),
		'the first is found again');
	is(many($port, 4), 'one one one one', '... and used at once');
	# probes in the meantime have found no more than was known: no warning
	is($h->log_count(qr/ warn .*Failed to connect to backend \Q${\$one->address}\E/, 1), 1,
		'one failure was enough, told once');
	$_->stop for $one, $three;
	is(client($port)->ended, 'closed', 'all dead: closed');
	$h->finish;
});
