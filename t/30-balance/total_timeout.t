# SPDX-License-Identifier: BSD-2-Clause
# A backend that got only the rest of connect_total_timeout, because others before it took the
# time, is not marked down for it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my @hole = map { backend('blackhole') } 1 .. 3;
	my ($rest, $whole) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  rest:
    listen: 127.0.0.1:$rest
    connect_timeout: 1s
    connect_total_timeout: 1800ms
    balance: first
    passive: {failures: 1, retry: 60s}
    backends: {a: "${\$hole[0]->address}", b: "${\$hole[1]->address}"}
  whole:
    listen: 127.0.0.1:$whole
    connect_timeout: 10s
    connect_total_timeout: 300ms
    passive: {failures: 1, retry: 60s}
    backends: {c: "${\$hole[2]->address}"}
YAML
	my $status = sub { join ' ', map { $h->backend('rest', $_)->{status} } qw(a b) };
	is(client($rest)->ended, 'closed', 'the time is over');
	my ($line) = $h->access(1);
	is("$line->{tries} $line->{reason}", '2 connect_failed', 'after two tries');
	like($line->{error}, qr/^\Q${\$hole[1]->address}\E connect: connection timed out/,
		'the log names the last one');
	is($status->(), 'down up', 'the one that had its whole connect_timeout is down');
	is($h->backend('rest', 'b')->{errors}{timeout}, 0, 'no failure of the other is counted');
	is(client($rest)->ended, 'closed', 'another client');
	$h->access(2);
	is($status->(), 'down down', 'now it had its time');
	is(client($whole)->ended, 'closed', 'a total that is shorter than connect_timeout');
	$h->access(3);
	is($h->backend('whole', 'c')->{status}, 'down', '... counts when the first try had all of it');
	$h->finish;
});
