# SPDX-License-Identifier: BSD-2-Clause
# WINCH after -D: all workers drain, and shutdown_timeout ends the sessions that do not; the next
# reload starts new workers.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = Heddle->prepare(<<"YAML", event => $_[0], workers => 2);
shutdown_timeout: 1s
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	is(($h->command('-D'))[0], 0, '-D');
	my $file = $h->dir . '/heddle.pid';
	my ($pid) = Heddle::read_file($file) =~ /(\d+)/;
	adopt($pid);
	my @held = one_each($port, 4);
	is($_->ask('x'), 'one x', 'a session') for @held;

	kill 'WINCH', $pid;
	ok($h->wait_log(qr/signal WINCH: workers drain/), 'WINCH: workers drain');
	ok($h->wait_for(sub { 0 == $h->processes('worker') }, 10, 'them to end'),
		'they end after shutdown_timeout, sessions or not');
	my %reasons = map { $_->{reason} => 1 } $h->access(4);
	is_deeply(\%reasons, { shutdown_timeout => 1 }, 'the reason of the sessions');
	@held = ();

	is(($h->reload)[0], 0, 'a reload');
	ok($h->wait_for(sub { 2 == $h->worker_pids }, 10, 'the workers'), '... starts new workers');
	is(who($port), 'one', '... that serve');
	is(($h->command('-s', 'quit'))[0], 0, '-s quit');
	forget($pid) if ok(until_true(sub { !-e $file }, 5), 'it is gone');
});
