#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# check: {port: N} of a backend stays one: it follows the address of the backend, and gives way to an
# address, and back; where file and API have set one of each, a reload and a start go on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;

my ($port, $state) = (free_port, Heddle::State->new);
sub yaml { my ($check) = @_; return <<"YAML" }
state: $state->{path}
services:
  web: {listen: "127.0.0.1:$port", check: {interval: 1h}, backends: {one: {address: "127.0.0.1:1", check: $check}}}
YAML
my $h = heddle(yaml('{port: 81}'), workers => 1);
my $api = Heddle::Api->new($h->control);
my $path = 'services/web/backends/one';
sub check { return $api->object($path)->{check} }
sub checked { return $h->backend('web', 'one')->{check}{address} }

is_deeply(check(), { port => 81 }, 'a port is read as a port');
is(checked(), '127.0.0.1:81', '  of the address of the backend');
is($api->patch($path, { address => '127.0.0.2:1' }), 200, 'another address');
is_deeply(check(), { port => 81 }, '  and the same port');
is(checked(), '127.0.0.2:81', '  is checked there');
is($api->patch($path, { check => { port => 82 } }), 200, 'another port');
is(checked(), '127.0.0.2:82', '  is used');
is($api->patch($path, { check => { address => '127.0.0.3:83' } }), 200, 'an address instead of a port');
is_deeply(check(), { address => '127.0.0.3:83' }, '  takes its place');
is($api->patch($path, { check => { address => undef, port => 84 } }), 200, 'and a port instead of an address');
is(checked(), '127.0.0.2:84', '  is used');
is($api->patch($path, { check => { port => 85, address => '127.0.0.3:83' } }), 400, 'both are too much');
is($api->patch($path, { check => {} }), 200, 'an empty patch');
is_deeply(check(), { port => 84 }, '  changes nothing');

is($api->patch($path, { check => { address => '127.0.0.3:83' } }), 200, 'an address by the API');
$h->configure(yaml('{port: 86}'));
my ($code, $out) = $h->reload;
is($code, 0, '  and another port by the file') or diag($out);
is_deeply(check(), { port => 86 }, '  which is used');
is($api->patch($path, { check => { address => '127.0.0.3:83' } }), 200, 'again');
is($h->stop, 0, 'stopped');
$h->configure(yaml('{port: 87}'));
$h->run;
ok($h->wait_ready, '  and started');
is_deeply(check(), { port => 87 }, '  with the port of the file');
$h->finish;
done_testing();
