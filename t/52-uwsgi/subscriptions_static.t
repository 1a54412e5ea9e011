# SPDX-License-Identifier: BSD-2-Clause
# Nodes that are configured: they have requests at once, announcements refresh them and cannot
# remove them, they outlive processes and a restart, and DELETE takes all nodes of a key away.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);

my ($one, $two, $three) = map { backend('script', name => $_, on => qr/REQUEST_URI/,
	text => "$_\n") } qw(one two three);
my $state = Heddle::State->new;
my $s = subscribed(workers => 2, top => "state: $state->{path}", server => <<"YAML");
tolerance: 5s
keys:
  a.test: "@{[$one->address]}"
  "*.wild.test": ["@{[$one->address]}", {address: "@{[$two->address]}", backup: 1}]
YAML
my $h = $s->heddle;
my $api = Heddle::Api->new($h->control);
# name => what the API says of each node of a key
my $nodes = sub { my ($key) = @_;
	my $o = $api->object("subscriptions/apps/$key") // {};
	return { map { $_->{address} => $_ } @{ $o->{status}{nodes} // [] } } };
my $names = sub { my $of = $nodes->(@_); return join ' ', sort keys %$of };

is($s->ask('a.test'), 'one', 'a configured node has requests');
is($s->ask('x.wild.test'), 'one', '... by a pattern');
is($h->service('sites')->{status}, 'up', '... and the service is up');
my $first = $nodes->('a.test')->{ $one->address };
is_deeply([@$first{qw(static age_seconds sessions_total)}], [JSON::PP::true, undef, 1], 'what the API says');

# An announcement refreshes it, and changes nothing; an unsubscribe is not obeyed.
$s->send(announcement('a.test', $one->address, weight => 9, modifier1 => 5));
ok(until_true(sub { defined $nodes->('a.test')->{ $one->address }{age_seconds} }), 'it is announced');
is_deeply([@{ $nodes->('a.test')->{ $one->address } }{qw(weight modifier1 static)}], [1, 0, JSON::PP::true],
	'... and what is configured stays');
$s->send(withdrawal('a.test', $one->address));
ok($h->wait_log(qr/a\.test => \Q@{[$one->address]}\E stays: it is configured/), 'it cannot unsubscribe');
is($s->ask('a.test'), 'one', '... and has requests');
ok(until_true(sub { ($s->datagrams('unsubscribe') // 0) == 1 }), '... which is counted');

# Keys are any text.
for my $key ('keys', 'host/app', 'a b%"\\', 'host:8000', '*.x.test', 'x' x 255) {
	my $path = 'subscriptions/apps/' . $key =~ s/([^\w.-])/sprintf '%%%02X', ord $1/ger;
	is($api->put($path, [$two->address]), 201, substr($key, 0, 20) . ': created') or diag($api->body);
	is_deeply($api->document->{nodes}, [$two->address], '... and read');
	is($api->put($path, $api->body), 200, '... and sent back');
	is($s->ask($key =~ s/^\*/www/r), 'two', '... and used') if $key !~ /\\/;
	is($api->remove($path), 200, '... and removed');
	is($api->get($path), 404, '... and gone');
}
is($api->put('subscriptions/apps/' . ('x' x 256), [$two->address]), 404, 'a longer one is none');
is($api->put('subscriptions/apps/a%0Ab', [$two->address]), 400, 'control characters are refused');
like($api->errors, qr/no control characters/, '... with a reason');
is($api->put('subscriptions/apps/b.test', []), 400, 'no nodes are refused');
is($api->put('subscriptions/apps/b.test', { nodes => [$two->address, $two->address] }), 400, 'one twice as well');
is($api->put('subscriptions/none/b.test', [$two->address]), 404, 'there is no such server');
is($api->put('subscriptions/apps/b.test?dry_run=1', [$two->address]), 200, 'a dry run');
is($names->('b.test'), '', '... changes nothing');
is($api->put('subscriptions/apps/a.test', [$two->address], 'If-None-Match' => '*'), 412, 'a condition holds');

# What is no more configured stays if it was announced in time.
is($api->put('subscriptions/apps/b.test', [map { $_->address } $one, $two]), 201, 'two nodes');
$s->send(announcement('b.test', $one->address));
ok(until_true(sub { defined $nodes->('b.test')->{ $one->address }{age_seconds} }), 'one is announced');
is($api->put('subscriptions/apps/b.test', [$three->address]), 200, 'another one in their place');
is($names->('b.test'), join(' ', sort map { $_->address } $one, $three), 'the announced one stays');
ok(until_true(sub { $names->('b.test') eq $three->address }, 30), '... until it is too old');

# DELETE takes all away, also where nothing is configured.
$s->send(announcement($_, $two->address)) for 'b.test', 'c.test';
ok(until_true(sub { $names->('b.test') =~ / / && $names->('c.test') ne '' }), 'announced');
is($api->remove('subscriptions/apps/b.test', 'If-Match' => '"none"'), 412, 'a condition that does not hold');
is($api->remove("subscriptions/apps/$_?dry_run=1"), 200, "$_: a dry run") for 'b.test', 'c.test';
is($names->('b.test') =~ tr/ //, 1, '... removes nothing');
is($api->remove("subscriptions/apps/$_"), 200, "$_: removed") for 'b.test', 'c.test';
is($names->($_), '', '... with all its nodes') for 'b.test', 'c.test';
ok($h->wait_log(qr{audit: DELETE /_v1/subscriptions/apps/c\.test by api from unix:: what was announced is removed}),
	'... as the log tells');
is($api->remove('subscriptions/apps/c.test'), 404, 'there is nothing left to remove');

# They outlive the process that has them, and a restart.
is($api->put('subscriptions/apps/d%2Fe', [{ address => $three->address, weight => 3, modifier2 => 7 }]), 201,
	'one more');
my ($before) = $h->processes('resolver');
kill 'KILL', $before->{pid};
ok($h->wait_for(sub { my ($now) = $h->processes('resolver');
	$now && $now->{pid} != $before->{pid} && $now->{status} eq 'serving' }, 10, 'another process'), 'killed');
is($s->ask('d/e'), 'three', 'it has requests still');
is($api->patch('subscriptions/apps', { keys => { 'd/e' => undef, 'f' => $two->address } }), 200, 'a patch of the server');
is($s->ask('d/e') . $s->ask('f'), 'two', '... removes and adds');
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'started again');
is(join(' ', map { $s->ask($_) } qw(a.test f)), 'one two', 'from the state file');
my $listed = $api->object('subscribed/apps');
is_deeply([sort map { $_->{key} } @{ $listed->{keys} }], ['*.wild.test', 'a.test', 'f'], 'all keys');
is_deeply([map { $_->{key} } @{ $api->object('subscribed/apps?prefix=a.')->{keys} }], ['a.test'], '... by prefix');
is($api->get('subscribed/none'), 404, '... of a server that is there');
is($api->remove("subscriptions/apps/$_"), 200, "$_ is removed") for qw(a.test f *.wild.test);
is_deeply($api->object('subscribed/apps'), { keys => [] }, 'no key is left');
ok(until_true(sub { $h->service('sites')->{status} eq 'down' }), '... and the service is down');
my ($status, $out) = $h->command('-T');
like($out, qr/^      a\.test: \["\Q@{[$one->address]}\E"\]/m, '-T has the keys');
$h->finish(alerts => 1);
done_testing();
