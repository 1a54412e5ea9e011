# SPDX-License-Identifier: BSD-2-Clause
# The budget of system calls: 12 for a connection, 4.1 for a request on one that stays.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use List::Util;

my $strace = program('strace') or plan(skip_all => 'needs strace');
plan(skip_all => 'strace may not attach here')
	if system("$strace -o /dev/null true >/dev/null 2>&1");
plan(skip_all => 'sanitizers change what is measured') if Heddle::sanitized();
time_limit(240);

on_each_event(sub {
	my ($event) = @_;
	plan(skip_all => 'the budget is epoll\'s') if $event ne 'epoll';
	my ($one, $closing) = (backend('named', name => 'one'), backend('closing', name => 'two'));
	my ($keep, $each) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
access_log: none
services:
  keep: {listen: "127.0.0.1:$keep", backends: ["${\$one->address}"]}
  each: {listen: "127.0.0.1:$each", backends: ["${\$closing->address}"]}
YAML
	load($_, limit => 200, connections => 32)->stop(1) for $keep, $each;
	my $calls = calls($h, 4.1, $keep, requests => 1e9, limit => 32000);
	cmp_ok($calls, '<=', 4.1, 'calls per request');
	$calls = calls($h, 12, $each, until_eof => 1, limit => 3000);
	cmp_ok($calls, '<=', 12, 'calls per connection');
	$h->finish;
});

# Calls per request, the best of some runs: when the machine is busy with other tests, clients
# come late, and what was to be had at once is waited for.
sub calls {
	my ($h, $enough, @load) = @_;
	my $best;
	for (1 .. 8) {
		my $calls = calls_once($h, @load);
		$best = $calls if !defined $best || $calls < $best;
		last if $best <= $enough;
	}
	return $best;
}

sub calls_once {
	my ($h, $port, %o) = @_;
	my $out = $h->dir . '/strace';
	my ($worker) = $h->worker_pids;
	my $pid = launch({ out => "$out.out", err => "$out.err" },
		$strace, '-c', '-f', '-o', $out, '-p', $worker);
	until_true(sub { Heddle::read_file("$out.err") =~ /attached/ });
	my $result = load($port, connections => 64, %o)->stop(1);
	until_true(sub { $h->settled eq '' });
	end_child($pid, 'INT');
	my $row = qr/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$/;
	my %calls = map { $_ =~ $row ? ($2 => $1) : () }
		split /\n/, Heddle::read_file($out);
	delete $calls{total};
	note(join ', ', map { sprintf '%s %.2f', $_, $calls{$_} / $result->{ok} }
		sort { $calls{$b} <=> $calls{$a} } keys %calls);
	# What is called once for all that is there, or now and then, says how busy the machine was. It
	# counts only where there is one for each second request.
	my @timed = qw(epoll_wait recvmsg timerfd_settime getppid rt_sigreturn madvise);
	my $timed = List::Util::sum(grep { defined } delete @calls{@timed}) / $result->{ok};
	return List::Util::sum(values %calls) / $result->{ok} + ($timed < 0.5 ? 0 : $timed);
}
