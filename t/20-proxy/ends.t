# SPDX-License-Identifier: BSD-2-Clause
# How sessions end: resets are passed on, and each end has its reason.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $resetting = backend('resetting', after => 2);
	my $hole = backend('blackhole');
	my $refusing = backend('refusing');
	my %port = map { $_ => free_port } qw(done client backend gone refused none);
	my $h = heddle(<<"YAML");
services:
  done: {listen: "127.0.0.1:$port{done}", backends: ["${\$one->address}"]}
  client: {listen: "127.0.0.1:$port{client}", backends: ["${\$one->address}"]}
  backend: {listen: "127.0.0.1:$port{backend}", backends: ["${\$resetting->address}"]}
  gone: {listen: "127.0.0.1:$port{gone}", backends: ["${\$hole->address}"]}
  refused: {listen: "127.0.0.1:$port{refused}", backends: ["${\$refusing->address}"]}
  none:
    listen: 127.0.0.1:$port{none}
    backends: [{address: "${\$one->address}", weight: 0}]
YAML
	is(who($port{done}), 'one', 'a session ends in good order');
	my $c = client($port{client});
	is($c->ask('x'), 'one x', 'a client');
	$c->reset;
	$c = client($port{backend});
	$c->send('xx');
	is($c->ended, 'reset', 'a reset of the backend reaches the client');
	$c = client($port{gone});
	ok($h->wait_for(sub { $h->service('gone')->{sessions_active} }, 5, 'dialling'), 'dialling');
	$c->reset;
	is(client($port{refused})->ended, 'closed', 'refused: closed');
	is(client($port{none})->ended, 'closed', 'no backend: closed');
	my %line = map { $_->{service} => $_ } $h->access(6);
	my %end = map { $_ => join ' ', @{ $line{$_} }{qw(ended_by reason phase)} } keys %line;
	is_deeply(\%end, {
		done => 'client done relaying',
		client => 'client client_reset relaying',
		backend => 'backend backend_reset relaying',
		gone => 'client client_gone connecting',
		refused => 'backend connect_failed connecting',
		none => 'heddle no_backend connecting',
	}, 'the reasons in the log');
	is($line{refused}{error}, $refusing->address . ' connect: connection refused', 'the error');
	is($h->service('done')->{ended}{done}, 1, 'counted by reason');
	is($h->backend('refused', $refusing->address)->{errors}{refused}, 1, '... and by error');
	$h->finish;
});
