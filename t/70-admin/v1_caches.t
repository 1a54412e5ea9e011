# SPDX-License-Identifier: BSD-2-Clause
# Items of caches by the API: entries, which are configured, and live items, which have an end; what
# goes before what; any key and any value; conditions, dry runs, and a cache that is full.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Cached qw(cached);
use Heddle::State;
use JSON::PP;

my ($one, $two) = map { backend('uwsgi', name => $_) } qw(one two);
my ($first, $second) = map { $_->address } $one, $two;
my $state = Heddle::State->new;
my $c = cached(workers => 2, top => "state: $state->{path}", cache => <<"YAML", map => "line.test $first\n");
max_items: 20
entries: {entry.test: "$first"}
YAML
my $h = $c->heddle;
my $api = $c->api;
my $status = sub { my ($key) = @_; return ($api->object($c->path($key)) // {})->{status} };

is($c->ask('entry.test'), 'one 0/0', 'an entry has requests');
my $node = $status->('entry.test')->{nodes}[0];
is_deeply([@$node{qw(address static sessions_total modifier1 age_seconds)}], [$first, JSON::PP::true, 1, 0, undef], 'its node, and what it had');
is_deeply([@{ $status->('entry.test') }{qw(value origin expires_seconds)}], [$first, 'entry', undef], '... its value');
is($api->object($c->path('entry.test'))->{value}, $first, '... and what is configured');
is($status->('line.test')->{origin}, 'file', 'a line of the mapping file');
is($api->get($c->path('none')), 404, 'none');
like($api->body, qr/\Qcaches.hosts.entries.none does not exist/, '... in words') or diag($api->body);
is($api->get('caches/none/x'), 404, 'no such cache');
is($api->put('caches/none/x', '"127.0.0.1:1"'), 404, '... to PUT into');
is($api->put('caches/none/x', { value => '127.0.0.1:1', expires => '3s' }), 404, '... with an end');

# Durable ones. Both forms, any key.
for my $key ('a b', 'host/app', "\xc3\xa4.example", 'entries', '%41"\\', 'x' x 255, 'host:8000') {
	my $path = $c->path($key);
	is($api->put($path, JSON::PP->new->allow_nonref->encode("$second,7")), 201, substr($key, 0, 20) . ': created') or diag($api->body);
	is($c->ask($key), 'two 7/0', '... and used');
	is($api->get($path), 200, '... and read');
	my $read = $api->body;
	is($api->put($path, $read), 200, '... and sent back') or diag($api->body);
	is($api->header('X-Heddle-Durable'), 'yes', '... to stay');
	is($api->put($path, { value => "$first|$second" }), 200, '... another value');
	is($api->document->{value}, "$first|$second", '... is answered');
	is($api->patch($path, { value => $first }), 200, '... and patched');
	is($c->ask($key), 'one 0/0', '... which is used');
	is($api->remove($path), 200, '... and removed');
	is($api->get($path), 404, '... and gone');
	is($c->ask($key), '', '... for requests');
}
is($api->put($c->path('x' x 256), '"127.0.0.1:1"'), 404, 'a longer key is none');
is($api->put($c->path("a\nb"), '"127.0.0.1:1"'), 400, 'control characters are refused');
my @bad = ('"nonsense"', '""', 'null', '17.5', '[]', '{}', '{"value": null}', '{"value": "127.0.0.1:1,256"}',
	'{"value": "127.0.0.1:1,1,x"}', '{"value": "a|b"}', '{"value": "127.0.0.1:1", "valve": 1}', '"|"', '{"expires": "3s"}',
	'{"value": "127.0.0.1:1", "expires": "soon"}', '{"value": "127.0.0.1:1", "expires": "0s"}',
	'{"value": "127.0.0.1:1", "expires": -1}', '{"value": "nonsense", "expires": "1m"}',
	'{"value": [], "expires": "1m"}', '{"value": "127.0.0.1:1", "expires": "1m", "more": 1}', '', '{', '"127.0.0.1:1');
for my $body (@bad) {
	is($api->put($c->path('bad'), $body), 400, "$body is refused") or diag($api->body);
	isnt($api->errors, '', '... with a reason: ' . $api->errors =~ s/\n/; /gr);
}
is($api->get($c->path('bad')), 404, 'and nothing is there');
is($api->put($c->path('new'), '"127.0.0.1:1"', 'If-None-Match' => '*'), 201, 'only a new one');
is($api->put($c->path('new'), '"127.0.0.1:2"', 'If-None-Match' => '*'), 412, '... which it is no more');
my $etag = $api->get($c->path('new')) == 200 && $api->etag;
is($api->put($c->path('new'), '"127.0.0.1:2"', 'If-Match' => '"other"'), 412, 'only of that tag');
is($api->put($c->path('new'), '"127.0.0.1:2"', 'If-Match' => $etag), 200, '... which it has');
is($api->put($c->path('dry') . '?dry_run=1', '"127.0.0.1:2"'), 200, 'a dry run');
is($api->get($c->path('dry')), 404, '... changes nothing');
is($api->remove($c->path('new')), 200, 'removed');

# Live ones.
my $live = $c->path('live');
is($api->patch($live, { value => $second, expires => '1h' }), 404, 'no live item to PATCH');
is($api->put($live, { value => "$second,3", expires => '1h' }), 201, 'a live item') or diag($api->body);
is($api->header('X-Heddle-Durable'), 'no', '... that is not to stay');
is_deeply([@{ $api->document->{status} }{qw(value origin)}], ["$second,3", 'live'], '... is answered');
cmp_ok(abs($api->document->{status}{expires_seconds} - 3600), '<', 30, '... with its time');
is($c->ask('live'), 'two 3/0', '... and used');
ok($h->wait_log(qr{audit: PUT /_v1/caches/hosts/live by api from unix:: an item is set}), '... and told');
is($api->put($live, { value => $first, expires => '2h' }, 'If-None-Match' => '*'), 412, 'one that is there');
is($api->put($live, "\"$first\"", 'If-None-Match' => '*'), 412, '... also as an entry');
is($api->put($live, { value => $first, expires => '2h' }, 'If-Match' => '*'), 200, '... is replaced');
is($api->patch($live, { expires => '3h' }), 200, 'another end');
is($status->('live')->{value}, $first, '... of the same value');
is($api->patch($live, { value => $second }), 200, 'another value');
cmp_ok($status->('live')->{expires_seconds}, '>', 9000, '... with the same end');
is($api->patch($live, { expires => undef }), 200, 'no end');
is($status->('live')->{expires_seconds}, undef, '... at all');
is($api->put("$live?dry_run=1", { value => $first, expires => '2h' }), 200, 'a dry run');
is($status->('live')->{value}, $second, '... changes nothing');
is($api->remove($live, 'If-Match' => '"x"'), 412, 'a condition');
is($api->remove($live), 200, 'removed');
is($api->remove($live), 404, '... once');
is($api->put($live, { value => $second, expires => '1h' }), 201, 'once more');
is($api->put($live, "\"$first\""), 201, 'an entry in its place');
is_deeply([@{ $status->('live') }{qw(value origin expires_seconds)}], [$first, 'entry', undef], '... goes first');
is($api->put($live, { value => $second, expires => '1h' }), 409, 'and a live item does not replace it');
is($api->put($c->path('line.test'), { value => $second, expires => '1h' }), 409, '... nor a line');
is($api->remove($c->path('line.test')), 409, 'a line is removed where it stands');
is($api->put($c->path('line.test'), "\"$second\""), 201, 'an entry goes before a line');
is($c->ask('line.test'), 'two 0/0', '... in use');
is($api->remove($c->path('line.test')), 200, '... and removed');
ok($c->becomes('line.test', 'one 0/0'), '... the line is there again');

# The whole list.
is($api->put($c->path('list.1'), { value => $first, expires => '1h' }), 201, 'one more');
is_deeply([map { "$_->{key} $_->{origin}" } sort { $a->{key} cmp $b->{key} } @{ $api->object('cached/hosts')->{items} }],
	['entry.test entry', 'line.test file', 'list.1 live', 'live entry'], 'all items');
is_deeply([sort map { $_->{key} } @{ $api->object('cached/hosts?prefix=li')->{items} }], [qw(line.test list.1 live)], '... by prefix');
is($api->get('cached/none'), 404, '... of a cache that is there');
is($api->get('cached/hosts?x=1'), 400, '... and no other parameter');

# What is durable is there after a restart.
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'started again');
is($c->ask('live'), 'one 0/0', 'an entry of the API');
is($api->get($c->path('list.1')), 404, 'a live item is gone');

# A full cache.
is($api->put($c->path("full$_"), { value => $first, expires => '1h' }), 201, "item $_") for 1 .. 17;
is($api->put($c->path('more'), { value => $first, expires => '1h' }), 507, 'no room') or diag($api->body);
like($api->errors, qr/max_items/, '... and why');
is($api->put($c->path('more'), "\"$first\""), 507, '... for an entry as well');
is($api->put($c->path('full1'), { value => $second, expires => '1h' }), 200, 'but another value of what is there');
ok(until_true(sub { ($c->count->{refused} // 0) == 1 }), 'counted');
is($api->patch('caches/hosts', { max_items => 21 }), 200, 'more room');
is($api->put($c->path('more'), "\"$first\""), 201, '... is used');
is($api->remove('caches/hosts'), 409, 'a cache that a route names stays') or diag($api->body);
is($api->put('caches/other', { entries => { k => $first } }), 201, 'another cache');
is($api->document->{entries}{k}{value}, $first, '... with entries');
is($api->put('caches/other', $api->body), 200, '... sent back');
is($api->remove('caches/other?dry_run=1'), 200, '... may go');
is_deeply($api->document->{changes}, ['caches.other: removed'], '... in words');
is($api->remove('caches/other'), 200, '... which nobody uses goes');
is($api->get('caches/other/k'), 404, '... with its items');
# A limit below what is there must not make the state file unusable.
is($api->patch('caches/hosts', { max_items => 1 }), 200, 'a limit that is lower than the number of entries');
is($h->stop, 0, '... stopped');
$h->run;
ok($h->wait_ready, '... started again');
is_deeply([map { $api->get($c->path($_)) } qw(live more)], [200, 200], '... nothing that the API has changed is lost');
$h->wait_log(qr/no room for the entry/);
$h->finish(alerts => 1);
done_testing();
