# SPDX-License-Identifier: BSD-2-Clause
# Started with a limit for the size of files (RLIMIT_FSIZE): it starts, and a log at its limit is
# like a full disk: lines are lost and counted, nobody dies.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML", wrapper => ['/bin/sh', '-c', 'ulimit -f 8; exec "$@"', 'sh']);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my @children = map { $_->{pid} } map { $h->processes($_) } qw(worker control resolver);
	my $result = load($port, connections => 4, limit => 500)->stop(1);
	is(Heddle::Load::failed($result), 0, 'all are served');
	ok($h->wait_for(sub { $h->counter('log_lines_dropped_total') >= 100 }, 5, 'lost lines'),
		'an access log at the limit: lost lines are counted');
	ok($h->wait_for(sub { $h->signal('USR1'); -s $h->dir . '/error.log' >= 4096 }, 20, 'lines'),
		'the error log is at the limit, too');
	is(($h->command('-s', 'reload'))[0], 0, 'a reload is answered');
	is_deeply([map { $_->{pid} } map { $h->processes($_) } qw(worker control resolver)],
		\@children, 'no process has died');
	is(who($port), 'one', 'it serves');
	kill 'KILL', $h->control_pid;
	ok($h->wait_for(sub { ($h->control_pid // $children[2]) != $children[2] }, 5, 'another'),
		'the master writes to it itself, and lives');
	$h->finish;
});
