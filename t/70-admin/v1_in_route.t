# SPDX-License-Identifier: BSD-2-Clause
# What may stand in a route of the file is refused over the API, in words that say what to write; it was
# taken for the name of what is there, and the rest of it was ignored.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Cached qw(cached);

my $backend = backend('uwsgi', name => 'one');
my $one = $backend->address;
my $server = free_port;
my $c = cached();
my $api = $c->api;

# A cache called as the service, as a route with map makes it.
is($api->put('caches/sites', { entries => { 'a.test' => $one } }), 201, 'a cache called as the service');
is($api->put('subscriptions/sites', { listen => "127.0.0.1:$server" }), 201, '... and a server');
my $before = $api->object('services/sites')->{routes};
for my $case (
	['map', { map => '/tmp/x' }, qr/^services\.sites\.routes\.map: map: a mapping file is named in the file only; write .*\{"cache": "sites"\}$/],
	['... as a mapping', { map => { file => '/tmp/x', nonsense => 1 } }, qr/\{"cache": "sites"\}$/],
	['... with a name of its own', { name => 'm', map => '/tmp/x' }, qr/^services\.sites\.routes\.map: .*\{"cache": "NAME"\}$/],
	['subscriptions', { subscriptions => { listen => '127.0.0.1:1', nonsense => 1 } }, qr{^services\.sites\.routes\.subscriptions: .*PUT it to /_v1/subscriptions/sites, and write \{"subscriptions": "sites"\}$}],
) {
	my ($what, $route, $message) = @$case;
	for my $body (['services/sites', { routes => [$route] }], ['config', { services => { sites => { routes => [$route] } } }]) {
		is($api->patch(@$body), 400, "$what: PATCH $body->[0]");
		like($api->errors, $message, '... says what to write');
	}
	is_deeply($api->object('services/sites')->{routes}, $before, '... and nothing has changed');
}
is($api->put('services/new', { protocol => 'uwsgi', listen => '127.0.0.1:' . free_port, routes => [{ map => '/tmp/x' }] }), 400, 'a service with a map');
like($api->errors, qr/^services\.new\.routes\.map: .*\{"cache": "NAME"\}$/, '... for which there is no cache');
is($api->patch('services/sites', { routes => [{ cache => 'sites' }, { subscriptions => 'sites' }] }), 200, 'what they say');
is($c->ask('a.test'), 'one 0/0', '... works');
$c->heddle->finish;
done_testing();
