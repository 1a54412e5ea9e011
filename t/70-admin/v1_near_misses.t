# SPDX-License-Identifier: BSD-2-Clause
# Near misses with items of caches and keys of subscription servers: each message has the whole path, and
# says what is missing or what to write.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Cached qw(cached);

my $c = cached(cache => 'entries: {a.test: "127.0.0.1:1"}');
my $api = $c->api;
is($api->get($_->[0]), 404, "GET $_->[0]") && is($api->errors, "$_->[1] does not exist", '... says what is not there')
	for ['caches/none/x', 'caches.none'], ['subscriptions/none/x', 'subscriptions.none'],
	['services/none/backends/x', 'services.none'], ['caches/hosts/x', 'caches.hosts.entries.x'];

for my $long ('x' x 256, '%C3%BC' x 128) {
	is($api->put("$_/$long", '"127.0.0.1:1"'), 404, "a key that is too long, in $_") && is($api->errors, 'a name or a key has at most 255 bytes', '... is told')
		for 'caches/hosts', 'subscriptions/apps';
}
is($api->put('caches/hosts/' . 'x' x 255, '"127.0.0.1:1"'), 201, 'one that is not');
is($api->get('caches/hosts/' . '%C3%BC' x 127), 404, '... of other letters');
like($api->errors, qr/does not exist$/, '... is not there');

my $at = 'caches.hosts.entries.x';
my $value = '127.0.0.1:1';
for (['expires without a unit', { value => $value, expires => 30 }, qr/^\Q$at\E\.expires: 30 has no unit; write 30s or/],
	['a value of none', { value => 'none', expires => '1h' }, qr/^\Q$at\E\.value: "none" is not an address; none has no port/],
	['no value', { expires => '1h' }, qr/^\Q$at\E: no value: write \{value: ADDRESS\}$/],
	['no value of an entry', {}, qr/^\Q$at\E: no value: write \{value: ADDRESS\}$/],
	['expires that is null', { value => $value, expires => undef }, qr/^\Q$at\E\.expires: unknown key; an entry has no end; a live item has, by PUT/]) {
	my ($what, $body, $message) = @$_;
	is($api->put('caches/hosts/x', $body), 400, $what);
	like($api->errors, $message, '... is told');
}
is($api->patch('caches/hosts', { entries => { x => { value => $value, expires => '1h' } } }), 400, 'an entry with an end');
like($api->errors, qr/an entry has no end; a live item has, by PUT/, '... says how to set a live item');

my $before = ($api->get('config'), $api->generation)[1];
is($api->post('reload', { dry_run => 1 }), 400, 'a reload with a body');
is($api->errors, 'it takes no body: the file is read again', '... is none');
is($api->post('reload', {}), 200, '... but for an empty object');
is($api->generation, $before, '... nothing has changed');
$c->heddle->finish;
done_testing();
