# SPDX-License-Identifier: BSD-2-Clause
# A service that runs gets a name in place of its addresses: its clients wait for the first answer as
# those of a service that began with it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Dns qw(dns);
use Time::HiRes qw(time);

on_each_event(sub {
	my ($one, $app) = backends(qw(one app));
	my $dns = dns('app.test' => ['1 A 127.0.0.1']);
	$dns->mode('silent');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$dns->address}"], timeout: 500ms, tries: 1}
services: {web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}}
YAML
	is(who($port), 'one', 'an address');
	my $api = Heddle::Api->new($h->control);
	my $name = 'app.test:' . $app->port;
	is($api->put('services/web', { listen => "127.0.0.1:$port", backends => { app => $name } }),
		200, 'a name comes in its place');
	my $client = client($port);
	$client->send("?\n");
	is($client->ended(0.5), 'open', 'a client waits for the first answer');
	$dns->mode('truth');
	is($client->line, 'app ?', '... and is served when it is there');
	undef $client;
	is($api->put('services/web', { listen => "127.0.0.1:$port",
		backends => { one => $one->address } }), 200, 'the address again');
	is(who($port), 'one', '... at once');
	is($api->put('services/web/backends/one', { address => "localhost:${\$one->port}" }),
		200, 'a name again');
	is($api->put('services/web/backends/one', { address => $one->address }),
		200, 'the address again');
	my ($told) = $h->wait_log(qr/one\.address: "localhost:\d+" -> .*/);
	unlike($told, qr/refresh|gone/, '... no word of what only names have');
	$h->finish;
});
