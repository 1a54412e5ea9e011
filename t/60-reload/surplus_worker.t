# SPDX-License-Identifier: BSD-2-Clause
# A worker that is not wanted any more has shutdown_timeout for its sessions, like a stop.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = <<"YAML";
shutdown_timeout: 1s
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my $h = heddle("workers: 4\n$yaml", workers => undef);
	# Who is awake takes the next client: it may be the one that stays, for all of them.
	my @held;
	ok(until_true(sub {
		push @held, one_each($port, 4);
		return 1 < grep { $_->{sessions_active} } $h->processes('worker');
	}, 20), 'several workers have sessions');
	is(($h->reload("workers: 1\n$yaml"))[0], 0, 'fewer workers');
	ok($h->wait_for(sub { 1 == $h->processes('worker') }, 10, 'them to end'),
		'those that are not wanted end after shutdown_timeout, sessions or not');
	my @left = grep { $_->is_open } @held;
	is(scalar(grep { ($_->ask('x') // '') eq 'one x' } @left), scalar @left,
		'sessions of the one that stays go on');
	my %reasons = map { $_->{reason} => 1 } $h->access(@held - @left);
	is_deeply(\%reasons, { shutdown_timeout => 1 }, 'the reason of the others');
	@held = @left = ();
	$h->finish;
});
