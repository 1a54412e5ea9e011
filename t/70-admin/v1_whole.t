#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The whole configuration through /_v1: all or nothing, addresses of our own, a process that does
# not confirm, and what a reload makes of the API's changes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use IO::Socket::INET;

my ($one, $two) = backends('one', 'two');
my @port = map { free_port } 0 .. 5;
# A worker is stopped for that long; all others have to be done within it.
my $timeout = '3s';
my $yaml = <<"YAML";
change_timeout: $timeout
services:
  web: {listen: "127.0.0.1:$port[0]", idle_timeout: 60s, backends: {one: "${\$one->address}"}}
  old: {listen: "127.0.0.1:$port[1]", backends: {one: "${\$one->address}"}}
YAML
my $h = heddle($yaml, workers => 2);
my $api = Heddle::Api->new($h->control);
my $all = $api->object('config');
my $etag = $api->etag;
my %before = %$all;
is_deeply([sort keys %{ $all->{services} }], ['old', 'web'], 'GET config');
is($all->{change_timeout}, $timeout, '  has the settings of the file, too');

# All or nothing.
is($api->put('config', $all), 428, 'PUT without If-Match');
my %without = (%$all, services => { web => $all->{services}{web} });
is($api->put('config', \%without), 428, '... names');
like($api->errors, qr/^services\.old would be removed/, '  what would be removed');
is($api->put('config', $all, 'If-Match' => $etag), 200, 'as it is');
is($api->generation, 1, '  changes nothing');
is($api->put('config', { %$all, user => 'somebody' }, 'If-Match' => $etag), 400, 'what the file alone may set');
is($api->errors, 'user: user: set in the file only', '  says so');

my $taken = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1');
my %ten = map { ("s$_" => { listen => ['127.0.0.1:' . free_port],
	backends => { b => { address => $one->address } } }) } 1 .. 10;
$ten{s7}{listen} = ['127.0.0.1:' . $taken->sockport];
is($api->put('config', { %$all, services => \%ten }, 'If-Match' => $etag), 409, 'one of ten has a taken port');
like($api->errors, qr/^services\.s7\.listen: bind \S+ address in use[^\n]*$/, '  it alone is named');
is($api->generation, 1, '  nothing has changed');
is(who($port[1]), 'one', '  what ran goes on');
ok(!client($ten{s3}{listen}[0]), '  and the address of another one is not bound');
my @bad = ($api->put('config', { services => { web => { listn => 1, backends => { one => { weight => 1.5,
	address => 'x' } } }, %ten } }, 'If-Match' => $etag), split /\n/, $api->errors);
is(shift @bad, 400, 'several mistakes');
is(scalar(grep { /^services\.web[.:]/ } @bad), 4, '  all are told') or diag("@bad");
$ten{s7}{listen} = ['127.0.0.1:' . free_port];
is($api->put('config', { services => { %ten, web => $all->{services}{web} } }, 'If-Match' => $etag), 200,
	'eleven good ones');
is($api->generation, 2, '  are one change');
is(join(' ', map { who($ten{"s$_"}{listen}[0] =~ /(\d+)$/) } 1 .. 10), 'one ' x 9 . 'one', '  and serve');
is($api->get('services/old'), 404, '  what was not there is removed');
is($api->patch('config', { services => { (map { ("s$_" => undef) } 1 .. 10), old =>
	$before{services}{old} } }), 200, 'PATCH of everything');
is_deeply([sort keys %{ $api->object('config')->{services} }], ['old', 'web'], '  removes and adds');
is($api->patch('config', { defaults => { connect_timeout => '7s' } }), 200, 'defaults are changed live');
is($h->stats->{differences} > 0, 1, '  which is a difference from the file');
is($api->patch('config', { defaults => undef }), 200, '... and back');

# Members of an object in JSON have no order: defaults come before what inherits them.
for my $text ('"services":{"web":{"check":{"path":"/x"}}},"defaults":{"check":{"type":"http"}}',
	'"defaults":{"check":{"type":"http"}},"services":{"web":{"check":{"path":"/x"}}}') {
	is($api->patch('config', "{$text}"), 200, "a patch of $text");
	is($api->patch('config', { services => { web => { check => undef } }, defaults => undef }), 200, '  and back');
}
is($api->patch('config', { defaults => { check => { type => 'expect', send => 'a' } }, services => { web => {
	check => { send => 'b' } } } }), 200, 'defaults of one type');
is($api->patch('config', { defaults => { check => { type => 'http' } } }), 400, '  of another one');
like($api->errors, qr/^services\.web\.check\.send: unknown key/, '  do not fit the service');
$all = $api->object('config');
$all->{defaults} = { check => { type => 'http' } };
$all->{services}{web}{check} = { path => '/x' };
is($api->put('config', $all, 'If-Match' => '*'), 200, '  unless it is changed with them');
is_deeply($api->object('services/web')->{check}, { path => '/x' }, '  which is in force');
is($api->patch('config', { services => { web => { check => undef } }, defaults => undef }), 200, '  and back');
is($api->patch('services/web', { backends => { a => 'unix:a.sock' } }), 400, 'a relative path');
like($api->errors, qr/unix:a\.sock: a path of the API has no folder/, '  is relative to nothing');

# Addresses of our own.
my @own = (
	["127.0.0.1:$port[0]", 'services.web.listen', 'of the same service'],
	["127.0.0.1:$port[1]", 'services.old.listen', 'of another service'],
);
for (@own) {
	my ($address, $owner, $name) = @$_;
	for my $dry ('', '?dry_run=1') {
		is($api->put("services/web/backends/own$dry", { address => $address }), 400, "an address $name$dry");
		like($api->errors, qr/^services\.web\.backends\.own: \Q$address\E leads back to heddle itself: \Q$owner\E listens on/,
			'  names both');
	}
}
is($api->put('services/web/backends/later', { address => "127.0.0.1:$port[2]", weight => 0 }), 201,
	'the backend first');
is($api->put('services/later', { listen => "127.0.0.1:$port[2]", backends => {} }), 409, '... the listener later');
like($api->errors, qr/services\.later\.listen.*services\.web\.backends\.later/, '  names both');
is($api->remove('services/web/backends/later'), 200, 'removed');

# All that is wrong is told, not the first of it.
is($api->patch('config', { workerz => 3, services => { web => { balence => 'first', backends => {
	one => { weight => 'many' } } }, new => { listen => 5 } } }), 400, 'four mistakes');
like($api->errors, qr/$_/, "  $_") for 'did you mean "workers"', 'did you mean "balance"',
	'"many" is not a number', 'services.new';
is($api->patch('config', { services => { 'web/backends/one' => undef } }), 400, 'a path as a name');
like($api->errors, qr/a name is made of/, '  says what a name is');
ok($h->backend('web', 'one'), '  and removes nothing');
is($api->patch('services/web', { backends => ['10.0.0.1:80'] }), 400, 'a list of what has names');
like($api->body, qr/"path":"services\.web\.backends"/, '  with its path');

# A worker that does not confirm.
my ($worker) = $h->worker_pids;
kill 'STOP', $worker;
is($api->patch('services/web/backends/one', { weight => 2 }), 503, 'a worker is stopped');
like($api->errors, qr/^change \d+ is in force; worker \d+ \(pid $worker\) has not confirmed/, '  which is said');
kill 'CONT', $worker;
ok($h->wait_for(sub { $api->patch('services/web/backends/one', { weight => 3 }) == 200 }, 10, 'it goes on'),
	'it goes on, and changes are confirmed again');

# A reload, directive by directive.
is($api->patch('services/web', { idle_timeout => '50s', connect_timeout => '9s', backends => {
	two => { address => $two->address } } }), 200, 'changed by the API');
is($api->remove('services/old?force=1'), 200, '... and removed');
$h->configure($yaml =~ s/idle_timeout: 60s/idle_timeout: 40s, nodelay: off/r);
my ($code, $out) = $h->reload;
is($code, 0, 'changed in the file');
my $web = $api->object('services/web');
is_deeply([@$web{qw(idle_timeout connect_timeout nodelay)}], ['40s', '9s', JSON::PP::false],
	'the file wins where both have changed it; the rest of the API stays');
ok($h->wait_log(qr/services\.web\.idle_timeout: changed in the file and by the API: 40s is used instead of 50s/),
	'  which is logged with both values');
is_deeply([sort keys %{ $web->{backends} }], ['one', 'two'], '  backends of both');
is($api->get('services/old'), 404, '  what the API removed stays removed');
is($h->service('web')->{changed}{by}, 'file', '  the last change was that of the file');
$h->configure($yaml);
is(($h->reload)[0], 0, 'the file as it was');
is($api->object('services/web')->{connect_timeout}, '9s', '  the API has its way still');
$h->finish(alerts => 1);
done_testing();
