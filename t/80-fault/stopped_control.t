# SPDX-License-Identifier: BSD-2-Clause
# A control process that stands still holds nobody up; lines that find no room are counted.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	is(who($port), 'one', 'it serves');
	my $control = $h->control_pid;
	kill 'STOP', $control;
	my $result = load($port, connections => 8, limit => 3000)->stop(1);
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} failed without it");
	cmp_ok($result->{max_ms}, '<', in_time(3000), '... nor waited for it');
	kill 'CONT', $control;
	ok($h->wait_for(sub { $h->health == 200 }, 5, 'control'), 'it goes on');
	is($h->control_pid, $control, '... the same process');
	my $lines = sub { scalar(() = Heddle::read_file($h->dir . '/access.log') =~ /\n/g) };
	ok($h->wait_for(sub { $lines->() + $h->counter('log_lines_dropped_total')
		== $result->{ok} + 1 }, 10, 'the lines'), 'lines are written or counted');
	cmp_ok($h->counter('log_lines_dropped_total'), '>', 0, 'not all of them found room');
	$h->finish;
});
