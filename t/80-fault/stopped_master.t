# SPDX-License-Identifier: BSD-2-Clause
# The master stands still: clients are served as before, a change is answered in time, and when it
# goes on all is as ever.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::Test;

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
change_timeout: 100ms
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
kill 'STOP', $h->pid;
is(who($port), 'one', 'clients are served');
is($api->get('services/web/backends/one'), 200, '... and the API answers what is in force');
is($api->patch('services/web/backends/one', { weight => 2 }), 503, 'a change is not confirmed');
is($api->errors, 'the change is not confirmed, and may still be made', '... which the answer says');
is($api->put('services/web/backends/one?wait=1s', { address => $one->address, weight => 3 }), 503,
	'... nor one that would be waited for');
kill 'CONT', $h->pid;
ok($h->wait_for(sub { $api->patch('services/web/backends/one', { weight => 4 }) == 200 }, 10,
	'a change'), 'it goes on: changes are made');
is($h->backend('web', 'one')->{weight}, 4, '... and in force');
$h->finish;
done_testing;
