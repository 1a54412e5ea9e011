# SPDX-License-Identifier: BSD-2-Clause
# TERM stops now, QUIT after the last session; a second QUIT now; readiness says so.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle("drain_delay: 300ms\n$yaml");
	my @held = one_each($port, 4);
	is($h->stop('TERM'), 0, 'TERM: 0');
	isnt($_->ended, 'open', 'who was there is cut') for @held;
	$h->finish(stopped => 1);

	$h = heddle("drain_delay: 3s\n$yaml");
	@held = one_each($port, 4);
	$h->quit;
	ok($h->wait_for(sub { $h->health == 503 }, 5, '503'), 'QUIT: not ready any more');
	is(who($port), 'one', '... but serving for drain_delay');
	ok($h->wait_for(sub { !client($port, timeout => 0.3) }, 10, 'refusal'),
		'... then closed to new ones');
	is($_->ask('x'), 'one x', '... and there for who is there') for @held;
	ok(!defined $h->ended(0), '... running');
	@held = ();
	is($h->ended, 0, '... until the last has gone');
	$h->finish(stopped => 1);

	$h = heddle("shutdown_timeout: 500ms\ndrain_delay: 300ms\n$yaml");
	@held = one_each($port, 2);
	$h->quit;
	is($h->ended, 0, 'QUIT: ends at shutdown_timeout');
	is_deeply([map { $_->{reason} } $h->access(2)], [('shutdown_timeout') x 2],
		'... says the log');
	$h->finish(stopped => 1);

	$h = heddle("drain_delay: 300ms\n$yaml");
	@held = one_each($port, 2);
	$h->quit;
	$h->wait_for(sub { $h->health == 503 }, 5, '503');
	$h->quit;
	is($h->ended, 0, 'a second QUIT ends it at once');
	$h->finish(stopped => 1);
});
