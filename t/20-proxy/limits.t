# SPDX-License-Identifier: BSD-2-Clause
# max_connections of a service and of a backend, worker_sessions.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($one, $two) = backends(qw(one two));
	my ($service, $backend) = (free_port, free_port);
	my $h = heddle(<<"YAML");
worker_sessions: 8
services:
  service:
    listen: 127.0.0.1:$service
    max_connections: 3
    backends: ["${\$one->address}"]
  backend:
    listen: 127.0.0.1:$backend
    backends:
      one: {address: "${\$one->address}", max_connections: 1}
      two: {address: "${\$two->address}", max_connections: 2}
YAML
	my @held = one_each($service, 3);
	isnt(client($service)->ended, 'open', 'a fourth client is turned away');
	(pop @held)->close;
	ok($h->wait_for(sub { $h->service('service')->{sessions_active} == 2 }, 5,
		'a session to end'));
	is(who($service), 'one', '... and let in when there is room');
	@held = one_each($backend, 3);
	is(join(' ', sort map { $_->{name} } @held), 'one two two', 'as many as the backends take');
	isnt(client($backend)->ended, 'open', 'no backend has room');
	is_deeply([sort map { $_->{reason} } grep { $_->{reason} ne 'done' } $h->access(6)],
		[qw(max_connections no_backend)], 'the reasons in the log');
	is($h->service('service')->{sessions_peak}, 3, 'the peak');
	@held = ();
	$h->finish;
});
