# SPDX-License-Identifier: BSD-2-Clause
# workers: up and down without touching what runs.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = sub { "workers: $_[0]\nservices:\n  web: {listen: \"127.0.0.1:$port\", "
		. "backends: [\"${\$one->address}\"]}\n" };
	my $h = heddle($yaml->(2));
	my %first = map { $_ => 1 } $h->worker_pids;
	my @held = one_each($port, 12);
	my $load = load($port, connections => 8);
	$load->wait_for(100);
	is(($h->reload($yaml->(4)))[0], 0, 'four instead of two');
	ok($h->wait_for(sub { $h->worker_pids == 4 }, 5, 'four workers'),
		'they are there');
	is(scalar(grep { $first{$_} } $h->worker_pids), 2, 'the first two are the same');
	push @held, one_each($port, 12);
	is(($h->reload($yaml->(1)))[0], 0, 'one');
	ok($h->wait_for(sub { $h->worker_pids == 1 }, 5, 'one worker'), 'one is left');
	is($_->ask('x'), 'one x', 'who was there is served') for @held;
	$load->wait_for(100);
	is(($h->reload($yaml->(3)))[0], 0, 'three');
	ok($h->wait_for(sub { $h->worker_pids == 3 }, 5, 'three workers'),
		'three serve');
	$load->wait_for(100);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed")
		or diag(explain($result));
	is(scalar(grep { $_->is_open } @held), 24, 'all connections are there');
	@held = ();
	ok($h->wait_for(sub { $h->processes('worker') == 3 }, 5, 'the others to end'),
		'those that drained are gone');
	$h->finish;
});
