# SPDX-License-Identifier: BSD-2-Clause
# An answer that heddle itself cuts does not look whole: its client gets a reset, not an end. One
# that is whole, or whose session was idle, ends in good order.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $size = 30 << 20;

# A client in the middle of a download, which it does not read on.
sub downloading {
	my ($port) = @_;
	my $client = client($port, receive_buffer => 65536);
	$client->bytes(20_000);
	return $client;
}

on_each_event(sub {
	my $count = backend('count', size => $size);
	my $to = $count->address;
	my $stuck = backend('stuck');
	my $one = backend('named', name => 'one');
	my %port = map { $_ => free_port } qw(client idle up whole gone stopped);
	my $yaml = <<"YAML";
services:
  client: {backends: ["$to"], listen: "127.0.0.1:$port{client}", client_timeout: 1500ms}
  idle: {backends: ["$to"], listen: "127.0.0.1:$port{idle}", idle_timeout: 1500ms}
  up: {listen: "127.0.0.1:$port{up}", idle_timeout: 1500ms, backends: ["${\$stuck->address}"]}
  whole: {listen: "127.0.0.1:$port{whole}", idle_timeout: 1500ms,
    backends: ["${\$one->address}"]}
  stopped: {backends: ["$to"], listen: "127.0.0.1:$port{stopped}"}
YAML
	my $gone =
		"  gone: {backends: ['$to'], listen: '127.0.0.1:$port{gone}', drain_timeout: 300ms}\n";
	my $h = heddle($yaml . $gone, workers => 1);
	my $over = sub {
		my ($service) = @_;
		return $h->wait_for(sub { !$h->service($service)->{sessions_active} }, 10, $service);
	};
	my %download = map { $_ => downloading($port{$_}) } qw(client idle);
	my ($up, $whole) = map { client($port{$_}) } qw(up whole);
	is($whole->ask('x'), 'one x', 'an answer that is whole');
	$up->send('x' x $size, 0.2);
	for my $service (sort keys %download) {
		$over->($service);
		is($download{$service}->ended(5), 'reset', "${service}_timeout cuts a download");
	}
	$over->('up');
	is($up->ended(5), 'reset', 'idle_timeout cuts an upload');
	is($whole->ended(5), 'closed', 'the one that was whole: closed');
	my $draining = downloading($port{gone});
	is(($h->reload($yaml))[0], 0, 'a service is removed');
	$h->wait_for(sub { scalar grep { $_->{reason} eq 'drain_timeout' } $h->access(1) }, 10, 'it');
	is($draining->ended(5), 'reset', 'drain_timeout cuts a download');
	my $last = downloading($port{stopped});
	$h->signal('TERM');
	is($last->ended(5), 'reset', 'a stop cuts a download');
	$h->finish(stopped => 1);
});
