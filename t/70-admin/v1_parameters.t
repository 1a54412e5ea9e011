# SPDX-License-Identifier: BSD-2-Clause
# Parameters of queries: each path takes its own, and refuses all others, with the nearest name.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my $backend = backend('uwsgi', name => 'one');
my $one = $backend->address;
my $datagrams = free_port;
my $h = heddle(<<"YAML");
services:
  web: {protocol: uwsgi, listen: "127.0.0.1:${\free_port}", routes: [cache: hosts, subscriptions: apps], check: {interval: 1h}, backends: {one: "$one"}}
subscriptions:
  apps: {listen: "127.0.0.1:$datagrams", keys: {a.test: ["$one"]}}
caches: {hosts: {entries: {a.test: "$one"}}}
fanouts: {f: {listen: "127.0.0.1:${\free_port}", targets: ["127.0.0.1:$datagrams"]}}
YAML
my $api = Heddle::Api->new($h->control);
is($api->put('caches/hosts/live.test', { value => $one, expires => '1h' }), 201, 'a live item');

# Paths that are read, and what each takes.
my %wait = (wait => '1s');
my @reads = (
	['config', %wait, diff => 'file'],
	['stats', service => 'web', fields => 'summary'],
	['stats/web', fields => 'summary'],
	(map { [$_, %wait] } 'services/web', 'services/web/backends/one', 'subscriptions/apps',
		'subscriptions/apps/a.test', 'caches/hosts', 'caches/hosts/a.test', 'caches/hosts/live.test',
		'fanouts/f'),
	['fanouts/f/known', key => 'a.test'],
	['subscribed/apps', prefix => 'a'],
	['cached/hosts', prefix => 'a'],
);
for (@reads) {
	my ($path, %takes) = @$_;
	is($api->get("$path?$_=$takes{$_}"), 200, "GET $path takes $_") or diag($api->body) for sort keys %takes;
	is($api->get("$path?"), 200, '... or nothing');
	is($api->get("$path?dry_run=1"), 400, '... not dry_run, which it would ignore');
	is($api->document->{title}, 'unknown query parameter', '... in words');
	my ($first) = sort keys %takes;
	my $wrong = $first . 's';
	is($api->get("$path?$wrong=1"), 400, "... nor $wrong");
	like($api->errors, qr/^"$wrong" is not one of: [^;]*\b$first\b[^;]*; did you mean "$first"\?$/,
		'... which has the nearest') or diag($api->body);
}
is($api->get("$_?wait=soon"), 400, "a time that is none: $_") for 'services/web', 'caches/hosts/live.test';
is($api->get('stats?wait=1s'), 400, 'statistics do not wait');
is($api->errors, '"wait" is not one of: service, fields', '... and nothing is near');

for ('cached/hosts?prefix=a&prefix=b', 'fanouts/f/known?key=a&key=b', 'services/web?wait=1s&wait=1s', 'stats?fields=summary&fields=summary') {
	is($api->get($_), 400, $_);
	like($api->errors, qr/^"\w+" is given twice$/, '... twice is not once');
}
is($api->get('stats?service=web&service=web'), 200, 'services are a list');

# Paths that do something.
my @posts = (
	['check', service => 'web', backend => 'one'], ['resolve', name => 'localhost'],
	['fanouts/f/replay', target => "127.0.0.1:$datagrams"], ['reload'],
);
for (@posts) {
	my ($path, @takes) = @$_;
	is($api->call('POST', "$path?dry_run=1"), 400, "POST $path?dry_run=1: 400");
	like($api->errors, @takes ? qr/^"dry_run" is not one of: $takes[0]/ : qr/^"dry_run": this path takes none$/,
		'... in words');
}
is($api->generation, 1, '... nothing was reloaded');
is($api->call('POST', 'check?service=web&backend=one'), 200, 'POST check takes both of its own');
is($api->call('POST', "fanouts/f/replay?target=127.0.0.1:$datagrams"), 202, 'POST replay, too');

# Changes.
my @objects = ('config', 'services/web', 'services/web/backends/one', 'subscriptions/apps',
	'subscriptions/apps/a.test', 'caches/hosts', 'caches/hosts/a.test', 'fanouts/f');
for my $path (@objects) {
	is($api->patch("$path?dry_run=1&force=1&wait=1s", {}), 200, "PATCH $path") or diag($api->body);
	is($api->patch("$path?sessions=close", {}), 400, '... sessions= is for DELETE');
	is($api->patch("$path?dryrun=1", {}), 400, '... a name that is misspelled');
	like($api->errors, qr/did you mean "dry_run"/, '... in words');
	next if $path eq 'config';
	is($api->remove("$path?session=close"), 400, 'DELETE: likewise');
	like($api->errors, qr/did you mean "sessions"/, '... in words');
	is($api->get($path), 200, '... nothing is removed');
}
is($api->remove('caches/hosts/live.test?force=1&sessions=close'), 200, 'DELETE takes them');

# Whether a service is well is not answered where another question was asked.
is($h->health($_), 400, $_) for '/_health?servce=web', '/_health/ready?service=web', '/_health/live?x=1';
is($h->health('/_health?service=web'), 200, '/_health?service=web');
is(scalar($h->get('/_stats?x=1')), 200, 'shuttle\'s tree ignores them, as shuttle does');
$h->finish;
done_testing();
