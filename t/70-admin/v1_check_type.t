#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A check of another type by a patch, and then another one by the file: what only one of the types
# has is not left over, which would refuse the patch, the reload, and the next start.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;

my ($port, $state) = (free_port, Heddle::State->new);
sub yaml { my ($check) = @_; return <<"YAML" }
state: $state->{path}
services:
  web: {listen: "127.0.0.1:$port", check: $check, backends: {one: "127.0.0.1:1"}}
YAML
my $h = heddle(yaml('{type: expect, send: a, interval: 3s}'), workers => 1);
my $api = Heddle::Api->new($h->control);
sub check { return $api->object('services/web')->{check} }

is($api->patch('services/web', { check => { type => 'http', path => '/x' } }), 200, 'another type');
is_deeply(check(), { type => 'http', path => '/x', interval => '3s' }, '  without what the former one had');
is($api->patch('services/web', { check => { type => 'http', send => 'b' } }), 400, 'what the patch itself has');
is($api->errors, 'services.web.check.send: unknown key; it is for "type: expect"', '  is still wrong');
is($api->patch('services/web', { check => { type => 'expect', path => undef, send => 'b' } }), 200,
	'a patch that removes by name what goes anyway');
is_deeply(check(), { type => 'expect', send => 'b', interval => '3s' }, '  is fine, too');
is($api->patch('services/web', { check => { type => 'nosuch' } }), 400, 'a type that there is not');
is($api->errors, 'services.web.check.type: "nosuch" is not one of tcp http expect uwsgi', '  is the one mistake');
is($api->patch('services/web', { check => { type => undef } }), 200, 'without a type');
is_deeply(check(), { interval => '3s' }, '  it is the default one');
is($api->patch('services/web', { check => { type => 'http', path => '/y' } }), 200, 'one more');

$h->configure(yaml('{type: tcp, interval: 4s}'));
my ($code, $out) = $h->reload;
is($code, 0, 'a file with a third type') or diag($out);
is_deeply(check(), { type => 'tcp', interval => '4s' }, '  is used');
is($api->patch('services/web', { check => { type => 'http', path => '/z' } }), 200, 'and one by the API');
is($h->stop, 0, 'stopped');
$h->configure(yaml('{type: expect, send: c, interval: 5s}'));
$h->run;
ok($h->wait_ready, 'a start with what both have changed');
is_deeply(check(), { type => 'expect', send => 'c', interval => '5s' }, '  uses the file');
$h->finish;
done_testing();
