# SPDX-License-Identifier: BSD-2-Clause
# No backend is usable: clients are closed, reset, or wait in the listening socket until one is.
# They are served within 50 ms of that, whatever it was that made it so.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use List::Util qw(min);
use Time::HiRes qw(time);

use constant { WAKE => 0.05, SLOW => 0.5 };
time_limit(240);

sub served {
	my ($port, $make, $what, @workers) = @_;
	my @clients = map { client($port) // die "connect: $!" } 1 .. 4;
	$_->send("?\n") for @clients;
	is($_->ended(0.1), 'open', "$what: it waits") for $clients[0];
	$make->();
	my $from = time;
	is(join(' ', map { $_->line(20) // 'nothing' } @clients), 'one ? one ? one ? one ?',
		"$what: all are served");
	return time - $from;
}

sub run {
	my ($workers) = @_;
	my $one = backend('named', name => 'one');
	my ($wait, $close, $reset) = map { free_port } 1 .. 3;
	my $yaml = <<"YAML";
services:
  wait: {listen: "127.0.0.1:$wait", cheap: true, backends: []}
  close: {listen: "127.0.0.1:$close", backends: []}
  reset: {listen: "127.0.0.1:$reset", when_empty: reset, backends: []}
YAML
	my $h = heddle($yaml, workers => $workers);
	my $api = Heddle::Api->new($h->control);
	my $path = 'services/wait/backends/one';
	is(client($close)->ended, 'closed', 'close');
	my $client = client($reset);	# the reset may come before it knows that it is connected
	is($client ? $client->ended : 'reset', 'reset', 'reset');
	my $set = sub { my ($object) = @_;
		is($api->patch("$path?force=1", $object), 200, join ' ', %$object) };
	my @took = served($wait, sub { is($api->put($path, { address => $one->address }), 201,
		'a backend is added') }, 'none');
	for my $pair ([{ state => 'drain' }, { state => 'ready' }], [{ weight => 0 }, { weight => 1 }],
		[{ state => 'maintenance' }, { state => 'ready' }]) {
		$set->($pair->[0]);
		push @took, served($wait, sub { $set->($pair->[1]) }, join ' ', %{ $pair->[0] });
	}
	is($api->remove("$path?force=1"), 200, 'it is removed') or diag($api->body);
	my $with = $yaml =~ s/backends: \[\]\}/backends: [{name: one, address: "${\$one->address}"}]}/r;
	push @took, served($wait, sub { is(($h->reload($with))[0], 0, 'a reload') }, 'removed');
	cmp_ok($_, '<', in_time(WAKE + SLOW), sprintf 'within %.3f s', $_) for @took;
	cmp_ok(min(@took), '<', in_time(WAKE), 'the quickest');
	$h->finish;
}

on_each_event(sub { run($_) for 1, 4 });
