# SPDX-License-Identifier: BSD-2-Clause
# shuttle's API as its documentation has it: seconds, a bare list, PUT replaces and POST merges.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;

my ($one, $two) = backends('one', 'two');
my ($port, $moved, $taken) = (free_port, free_port, free_port);
my $h = heddle(<<"YAML", workers => 2);
services:
  own: {listen: "127.0.0.1:$taken", max_connections: 100, backends: ["${\$two->address}"]}
YAML
my $s = Heddle::Shuttle->new($h->control);
my @backends = ({ name => 'b1', address => $one->address });

is($s->get('/_config'), 200, 'the configuration');
like($s->body, qr/\A\[\n  \{\n    "name": "own",/, '  is a bare list');
is($s->put('/web', { address => "127.0.0.1:$port", server_timeout => 60.5, check_interval => 0,
	rise => 4, backends => [@backends, { name => 'b2', address => $two->address }] }), 200,
	'PUT creates');
my $whole = $s->body;
$s->get('/_config');
is($s->body, $whole, '  and answers with the next GET /_config');
my $web = $s->config('web');
is_deeply([@$web{qw(server_timeout check_interval rise fall)}], [60.5, 0, 4, 2],
	'seconds with fractions; an interval of 0 is no checks');
is($s->document('/web')->{server_timeout}, 60.5, '  in the stats too');

my $held = client($port);
is($held->ask('a'), 'one a', 'a session');
is($s->put('/web', { address => "127.0.0.1:$moved", backends => \@backends }), 200, 'PUT replaces');
$web = $s->config('web');
is_deeply([@$web{qw(server_timeout check_interval rise)}], [0, 5, 2], '  what it does not say');
is(many($moved, 2), 'one one', '  and its backends, at another address');
is($held->ask('b'), 'one b', '  without ending a session');
is(client($port), undef, '  the old address is closed');

is($s->post('/web', { client_timeout => 30 }), 200, 'POST merges');
$web = $s->config('web');
is_deeply([$web->{client_timeout}, $web->{address}, scalar @{ $web->{backends} }],
	[30, "127.0.0.1:$moved", 1], '  what it says');
is($s->post('/web', { client_timeout => 0, check_interval => 0 }), 200, '0 is a value');
is_deeply([@{ $s->config('web') }{qw(client_timeout check_interval)}], [0, 0], '  and is set');

my $sentence = 'seconds? set admin.shuttle to v0.1 for milliseconds, or to readme';
is($s->put('/web', { address => "127.0.0.1:$moved", server_timeout => 5000 }), 400, 'milliseconds');
is($s->body, "5000 $sentence\n", '  are refused with a sentence');
is($s->post('/_config', [{ name => 'web', connect_timeout => 1000 }]), 400, '  anywhere');
is($s->put('/web', '{"a"'), 400, 'malformed JSON is a mistake of the client');
like($s->body, qr/^unexpected end/, '  with a sentence');
is($s->put('/web', { rise => '2' }), 400, 'so is a string for a number');

is($s->post('/', [{ name => 'third', address => '' }]), 200, 'a list for the whole');
is($s->body, '', '  has no answer');
is_deeply([map { $_->{name} } @{ $s->document('/_config') }], [qw(own third web)],
	'  nothing was removed; services are sorted');
is_deeply($h->service('third')->{listen}, [], 'without an address it listens nowhere');

is($s->put('/own', { address => "127.0.0.1:$taken", backends => \@backends }), 200,
	'a service of the file is replaced');
is($h->service('own')->{sessions_limit}, 100, '  but what shuttle has no word for stays');
is(who($taken), 'one', '  with its new backend');
$s->delete("/$_") for qw(own third web);
is($s->get('/'), 200, 'without services');
is($s->body, "[]\n", '  an empty list');
$held->close;
$h->finish;
done_testing();
