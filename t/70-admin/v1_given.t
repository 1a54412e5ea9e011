#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What is set to the value that it has by default is set: it stays when the defaults change. What is
# removed is inherited again, also when nothing else changes by that.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;

my ($port, $state) = (free_port, Heddle::State->new);
my $yaml = <<"YAML";
state: $state->{path}
services:
  web: {listen: "127.0.0.1:$port", idle_timeout: 0, backends: {one: "127.0.0.1:1"}}
YAML
my $h = heddle($yaml, workers => 1);
my $api = Heddle::Api->new($h->control);
sub timeouts { my $web = $api->object('services/web'); return join ' ', map { $web->{$_} // '-' } @_ }
sub defaults { return $api->patch('config', { defaults => { map { $_ => $_[0] } qw(connect_timeout idle_timeout) } }) }

is($api->patch('services/web?dry_run=1', { connect_timeout => '5s' }), 200, 'set to what it is by default');
is_deeply($api->document->{changes}, ['services.web.connect_timeout: unset -> 5s'], '  is a change');
is($api->patch('services/web', { connect_timeout => '5s', idle_timeout => undef }), 200, 'set, and another one removed');
is(timeouts(qw(connect_timeout idle_timeout)), '5s -', '  which the object says');
is(defaults('9s'), 200, 'other defaults');
is(timeouts(qw(connect_timeout idle_timeout)), '5s -', '  take the place of neither');
is_deeply([@{ $state->read->{running}{services}{web} }{qw(connect_timeout idle_timeout)}], ['5s', undef],
	'  in the state file');
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'and started');
is(timeouts(qw(connect_timeout idle_timeout)), '5s -', '  it is the same');
is($api->patch('services/web', { check => { rise => 1, type => 'tcp' } }), 200, 'a mapping');
is($api->patch('config', { defaults => { check => { interval => '7s', fall => 9 } } }), 200, 'defaults of it');
is($api->patch('services/web', { check => 'tcp' }), 200, 'its short form');
is_deeply($api->object('services/web')->{check}, { type => 'tcp' }, '  has nothing of the defaults in it');

# The file, too: what the API has set since wins, as the file has not changed again.
$h->configure($yaml =~ s/idle_timeout: 0/idle_timeout: 0, server_timeout: 0/r);
my ($code, $out) = $h->reload;
is($code, 0, 'a reload of a file that sets what it was');
like($out, qr/services\.web\.server_timeout: unset -> 0/, '  says so');
is($api->patch('services/web', { server_timeout => '8s' }), 200, 'the API sets it');
is(($h->reload)[0], 0, '  and the same file again');
is(timeouts('server_timeout'), '8s', '  leaves it');
$h->finish;
done_testing();
