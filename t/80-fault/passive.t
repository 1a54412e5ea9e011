# SPDX-License-Identifier: BSD-2-Clause
# Passive marking in tcp_fallback's words, over all workers, and the way back.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 3);
log: {to: ./error.log, stats: 1s}
services:
  db:
    listen: 127.0.0.1:$port
    balance: first
    passive: {failures: 3, retry: 300ms}
    backends: [{name: one, address: "${\$one->address}"}, {name: two, address: "${\$two->address}"}]
YAML
	my $address = quotemeta $one->address;
	$one->stop;
	is(who($port), 'two', 'a failure is nobody\'s loss') for 1 .. 2;
	is($h->backend('db', 'one')->{status}, 'up', 'two failures are not enough');
	is(who($port), 'two', 'the third');
	is($h->backend('db', 'one')->{status}, 'down', 'three are, over all workers');
	ok($h->wait_log(qr/db\/one: Failed to connect to backend $address: .*refused/),
		'its words');
	my $tried = $h->backend('db', 'one')->{errors}{refused};
	is(many($port, 5), 'two two two two two', 'it is left alone');
	is($h->backend('db', 'one')->{errors}{refused}, $tried, '... indeed');
	my $rest = qr/requests=0 bytes=0 errors=\d+ last=/;
	ok($h->wait_log(qr/STATS: <$address> failed=true \(downtime=\S+\) $rest/),
		'a line of statistics');
	$one->start;
	ok($h->wait_log(qr/db\/one: Backend is back $address, downtime: \d/), 'its way back');
	is($h->backend('db', 'one')->{status}, 'up', 'up');
	is(who($port), 'one', 'and used');
	my $row = $h->backend('db', 'one');
	is($row->{changes_total}, 2, 'two changes');
	cmp_ok($row->{down_seconds_total}, '>', 0, 'the time it was down');
	$h->finish;
});
