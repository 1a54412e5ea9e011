# SPDX-License-Identifier: BSD-2-Clause
# POST /_v1/resolve: what it takes, and that it always answers: when the resolver process stands
# still, and when it dies.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use JSON::PP ();
use Time::HiRes qw(time);

on_each_event(sub {
	my $h = heddle("resolver: {servers: \"127.0.0.1:1\"}\n");
	my $api = Heddle::Api->new($h->control);
	is($api->call(POST => 'resolve'), 200, 'all names');
	is_deeply($api->document, { complete => JSON::PP::true, names => {} },
		'... of which there are none');
	is($api->call(POST => 'resolve', '{}'), 200, 'an empty object is the same');
	is($api->call(POST => 'resolve', { name => 'no.test' }), 404, 'a name that nothing uses');
	is($api->call(POST => 'resolve?name=no.test'), 404, '... in the query');
	is($api->call(POST => 'resolve?nam=no.test'), 400, 'a parameter that is none');
	for ('{', '[]', '"no.test"', '{"name": 1}', '{"name": ""}', '{"name": "a", "x": 1}',
		'{"name": "a", "name": "b"}', '{"name": "' . 'a' x 300 . '"}')
	{
		is($api->call(POST => 'resolve', $_), 400, substr $_, 0, 30);
	}
	is($api->call(GET => 'resolve'), 405, 'GET');

	my ($resolver) = map { $_->{pid} } $h->processes('resolver');
	kill STOP => $resolver;
	my $began = time;
	is($api->call(POST => 'resolve'), 200, 'answered although the resolver stands still');
	is($api->document->{complete}, JSON::PP::false, '... with what is known');
	cmp_ok(time - $began, '<', in_time(15), '... in time');
	my $client = Heddle::Client->new($h->control);
	$client->send($api->bytes(POST => 'resolve'));
	ok($h->wait_for(sub { $h->health == 200 }, 5, 'an answer'), 'the request is on its way');
	kill KILL => $resolver;
	is($api->answer($client), 503, 'the resolver dies: refused');
	ok($h->wait_for(sub { grep { $_->{pid} != $resolver } $h->processes('resolver') }, 10,
		'another resolver'), 'another one starts');
	ok($h->wait_for(sub { $api->call(POST => 'resolve') == 200 && $api->document->{complete} }, 10,
		'200'), '... and resolves');
	$h->finish(alerts => 1);
});
