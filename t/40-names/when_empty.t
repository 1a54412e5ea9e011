# SPDX-License-Identifier: BSD-2-Clause
# when_empty: wait: a name that does not exist leaves clients waiting until it does, without the
# limit that there is for a name without an answer.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Dns qw(dns);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $dns = dns('other.test' => ['1 A 127.0.0.1']);
	my ($port, $open) = map { free_port } 1 .. 2;
	my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$dns->address}"], timeout: 1s, tries: 1}
services:
  web:
    listen: 127.0.0.1:$port
    when_empty: wait
    backends: {app: {address: "app.test:${\$one->port}", refresh: 200ms, gone: remove}}
YAML
	for my $turn (1, 2) {
		$h->wait_for(sub { $h->backend('web', 'app') }, 10, 'no address');
		my @clients = map { client($port) // die "connect: $!" } 1 .. 4;
		$_->send("?\n") for @clients;
		is($clients[0]->ended(6 - 5 * ($turn - 1)), 'open', "a client waits, turn $turn");
		$dns->zone('app.test' => ['1 A 127.0.0.1']);
		is(join(' ', map { $_->line(20) // 'nothing' } @clients), 'one ? one ? one ? one ?',
			'... until there is an address');
		$dns->zone('other.test' => ['1 A 127.0.0.1']);
	}
	$h->finish;
});
