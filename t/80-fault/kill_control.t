# SPDX-License-Identifier: BSD-2-Clause
# The control process killed: a successor, nothing forgotten, nobody disturbed.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $bad = backend('refusing');
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  web:
    listen: 127.0.0.1:$port
    balance: first
    passive: {failures: 1, retry: 30s}
    backends: [{name: bad, address: "${\$bad->address}"}, {name: one, address: "${\$one->address}"}]
YAML
	is(who($port), 'one', 'the second backend');
	is($h->backend('web', 'bad')->{status}, 'down', 'the first is down');
	my ($held) = one_each($port, 1);
	my $old = $h->control_pid;
	my $load = load($port, connections => 4);
	$load->wait_for(16);
	kill 'KILL', $old;
	ok($h->wait_for(sub { ($h->control_pid // $old) != $old }, 5, 'a successor'),
		'a successor');
	is($h->backend('web', 'bad')->{status}, 'down', 'it knows who is down');
	$load->wait_for(100);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, 'no request failed') or diag(explain($result));
	is($held->ask('x'), 'one x', 'no connection was closed');
	my ($code, $out) = $h->reload;
	is($code, 0, 'reloads go on') or diag($out);
	is($h->backend('web', 'bad')->{errors}{refused}, 1, 'nobody dialled the dead one again');
	my $lines = () = Heddle::read_file($h->dir . '/access.log') =~ /\n/g;
	is(who($port), 'one', 'one more');
	cmp_ok(scalar($h->access($lines + 1)), '>', $lines, 'the access log goes on');
	$held->close;
	$h->finish(alerts => 1);
});
