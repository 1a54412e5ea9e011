# SPDX-License-Identifier: BSD-2-Clause
# Each timeout ends what it is for, and the access log says which it was.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $hole = backend('blackhole');
	my $silent = backend('silent');
	my $one = backend('named', name => 'one');
	my %port = map { $_ => free_port } qw(connect next client server idle);
	my $h = heddle(<<"YAML");
defaults: {connect_timeout: 300ms}
services:
  connect: {listen: "127.0.0.1:$port{connect}", backends: ["${\$hole->address}"]}
  next:
    listen: 127.0.0.1:$port{next}
    backends: ["${\$hole->address}", "${\$one->address}"]
  client: {listen: "127.0.0.1:$port{client}", client_timeout: 300ms,
    backends: ["${\$silent->address}"]}
  server: {listen: "127.0.0.1:$port{server}", server_timeout: 1500ms,
    backends: ["${\$silent->address}"]}
  idle: {listen: "127.0.0.1:$port{idle}", idle_timeout: 2500ms, backends: ["${\$one->address}"]}
YAML
	my %line;
	is(client($port{connect})->ended(5), 'closed', 'no backend in time: closed');
	is(who($port{next}), 'one', 'the next backend is tried in time');
	my $c = client($port{client});
	is($c->ended(5), 'closed', 'client_timeout');
	$c = client($port{server});
	$c->send('hello');
	is($c->ended(5), 'closed', 'server_timeout');
	$c = client($port{idle});
	is(($c->ask($_) // 'closed') . ($c->line(0.9) // ''), "one $_", "not idle: $_") for 1 .. 3;
	is($c->ended(5), 'closed', 'idle_timeout');
	$line{ $_->{service} } = $_ for $h->access(5);
	my %end = map { $_ => join ' ', @{ $line{$_} }{qw(ended_by reason phase)} } keys %line;
	is_deeply(\%end, {
		connect => 'backend connect_failed connecting',
		next => 'client done relaying',
		client => 'heddle client_timeout relaying',
		server => 'heddle server_timeout relaying',
		idle => 'heddle idle_timeout relaying' }, 'the reasons in the log');
	like($line{connect}{error}, qr/^\Q${\$hole->address}\E connect: .*timed out/i, 'the error');
	is($line{next}{tries}, 2, 'two tries');
	cmp_ok($line{idle}{duration_seconds}, '>=', 3.5, 'what moves is not idle');

	my $slow = backend('slow', name => 'slow', delay => 2.5);
	is(($h->reload(<<"YAML"))[0], 0, 'a slow backend');
services:
  client: {listen: "127.0.0.1:$port{client}", client_timeout: 1500ms,
    backends: ["${\$slow->address}"]}
  server: {listen: "127.0.0.1:$port{server}", server_timeout: 300ms,
    backends: ["${\$one->address}"]}
  idle: {listen: "127.0.0.1:$port{idle}", backends: ["${\$silent->address}"]}
YAML
	$c = client($port{client});
	$c->send("x\n");
	$c->shut;
	is($c->line, 'slow x', 'client_timeout spares a client that has said all and waits');
	my @silent = map { client($port{idle}) } 1 .. 2;
	$silent[0]->send('x');
	$h->wait_for(sub { $h->service('idle')->{sessions_active} == 2 }, 5, 'two silent sessions');
	is(($h->reload(<<"YAML"))[0], 0, 'an idle_timeout comes by a reload');
services:
  idle: {listen: "127.0.0.1:$port{idle}", idle_timeout: 300ms,
    backends: ["${\$silent->address}"]}
YAML
	is_deeply([map { $_->ended(5) } @silent], ['closed', 'closed'],
		'... sessions that are silent end by it');

	my $early = backend('early', size => 50_000);
	is(($h->reload(<<"YAML"))[0], 0, 'another backend');
services:
  early: {listen: "127.0.0.1:$port{connect}", client_timeout: 1500ms, idle_timeout: 1600ms,
    backends: ["${\$early->address}"]}
YAML
	$c = client($port{connect}, receive_buffer => 8192);
	$c->send('x' x 300_000, 0);
	for (1 .. 24) {
		select undef, undef, undef, 0.1;
		$c->send('x', 0);
	}
	is(length $c->rest // '', 50_000, 'an early answer waits for a client that still sends');
	is($c->error, '', '... and is not destroyed');
	$c->close;
	$h->finish;
});
