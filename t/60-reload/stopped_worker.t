# SPDX-License-Identifier: BSD-2-Clause
# A worker that does not answer: one change waits change_timeout for it, longer than any request
# may take to arrive, and those after it do not. When it goes on, it takes what was decided.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Time::HiRes qw(time);

on_each_event(sub {
	my ($event) = @_;
	my $one = backend('named', name => 'one');
	my ($port, @more) = (free_port, free_port);
	my $timeout = $event eq 'poll' ? 1 : 11;	# 10 s is what a request may take to arrive
	my $yaml = sub {
		my ($listen) = @_;
		return "change_timeout: ${timeout}s\n"
			. "services:\n  web: {listen: [$listen], backends: [\"${\$one->address}\"]}\n";
	};
	my $h = heddle($yaml->("\"127.0.0.1:$port\""), workers => 2);
	my ($stopped, $other) = my @workers = $h->worker_pids;
	$h->kill_worker($stopped, 'STOP');
	my $two = "\"127.0.0.1:$port\", \"127.0.0.1:$more[0]\"";
	my ($code, $out) = $h->reload($yaml->($two));
	is($code, 0, "a change that takes ${timeout} s: -s reload waits for it");
	like($out, qr/worker \d \(pid $stopped\) has not confirmed the change yet/, '... and says who');
	is(who($more[0]), 'one', '... it is in force');
	my $began = time;
	is(($h->reload($yaml->("\"127.0.0.1:$port\"")))[0], 0, 'the next change');
	cmp_ok(time - $began, '<', $timeout + 3, '... does not wait for the same worker again')
		if $timeout > 5;
	$h->kill_worker($stopped, 'CONT');
	ok($h->wait_for(sub { !grep { $_->{generation} != 3 } $h->processes('worker') }, 10,
		'both to have it'), 'when it goes on, it takes what was decided');
	$h->finish;
});
