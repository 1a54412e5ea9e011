# SPDX-License-Identifier: BSD-2-Clause
# A worker has one number: ps, messages, the prefix of its log lines, the ids of its sessions and
# the statistics name the same one, and no two living workers have it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

sub title_number {
	my ($pid) = @_;
	my ($number) = Heddle::read_file("/proc/$pid/cmdline") =~ /^heddle: worker (\d+)/;
	return $number;
}

plan skip_all => 'no /proc' if !-r "/proc/$$/cmdline";
on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $bad) = (free_port, free_port);
	my $yaml = sub { <<"YAML" };
workers: $_[0]
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
  bad: {listen: "127.0.0.1:$bad", backends: ["127.0.0.1:1"]}
YAML
	my $h = heddle($yaml->(2));
	my $agree = sub {
		my ($what, $count) = @_;
		my %number = map { $_->{pid} => $_->{number} } my @rows = $h->processes('worker');
		is(scalar @rows, $count, "$what: so many workers");
		is(join(' ', map { $_->{slot} } @rows), join(' ', map { $_->{number} } @rows),
			'... the slot is the number');
		for my $pid (sort { $a <=> $b } keys %number) {
			$h->wait_for(sub { defined title_number($pid) }, 10, 'a title');
			is(title_number($pid), $number{$pid}, "... and $number{$pid} is in the title");
		}
		$h->wait_log(qr/worker \d+ \(pid $_\) started/) for keys %number;
		my %told = reverse $h->log =~ /worker (\d+) \(pid (\d+)\) started/g;
		is($told{$_}, $number{$_}, '... and in the message') for sort keys %number;
		return %number;
	};
	my %first = $agree->('at the start', 2);
	is(join(' ', sort values %first), '1 2', '... counted from 1');
	$h->kill_worker($_) for keys %first;
	$h->wait_for(sub { my @now = $h->worker_pids; @now == 2 && !grep { $first{$_} } @now }, 10,
		'others');
	my %number = $agree->('after a death', 2);
	is(join(' ', sort values %number), '1 2', '... as before');

	my ($gone) = grep { $number{$_} == 2 } keys %number;
	# Who is awake takes the next client: the one that shall drain needs one.
	my @held;
	ok(until_true(sub {
		push @held, one_each($port, 4);
		return grep { $_->{pid} == $gone && $_->{sessions_active} } $h->processes('worker');
	}, 20), 'the second one has a session');
	is(($h->reload($yaml->(1)))[0], 0, 'one worker');
	ok($h->wait_for(sub { (() = $h->worker_pids) == 1 }, 5, 'it'), '... the other one drains');
	is(($h->reload($yaml->(2)))[0], 0, 'two again');
	ok($h->wait_for(sub { (() = $h->worker_pids) == 2 }, 5, 'it'), '... another one starts');
	%number = $agree->('beside one that drains', 3);
	is(join(' ', sort values %number), '1 2 3', '... it has a number of its own');

	client($bad)->ended for 1 .. 8;
	ok($h->wait_log(qr/worker\/\d+\[\d+\]/), 'a worker logs');
	my @prefixes = $h->log =~ /worker\/(\d+)\[(\d+)\]/g;
	while (my ($n, $pid) = splice @prefixes, 0, 2) {
		is($n, $number{$pid}, "... as worker/$number{$pid}") if $number{$pid};
	}
	my $sessions = @held + 8;
	@held = ();
	my @ids = map { $_->{id} =~ /^(\d+)-/ } $h->access($sessions);
	cmp_ok(scalar(@ids), '>=', $sessions, 'the access log has ids');
	is(scalar(grep { !/^[123]$/ } @ids), 0, '... of these numbers');
	$h->finish(alerts => 1);
});
