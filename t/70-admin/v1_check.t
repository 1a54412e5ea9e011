# SPDX-License-Identifier: BSD-2-Clause
# POST /_v1/check: a check now, whatever the interval; the answer has the results.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::Test;
use Time::HiRes qw(time);

my ($one, $two) = backends(qw(one two));
my $refusing = backend('refusing');
my $silent = backend('silent', name => 'silent');
my ($port, $other, $third) = map { free_port } 1 .. 3;
my $h = heddle(<<"YAML");
services:
  web:
    listen: "127.0.0.1:$port"
    check: {type: tcp, interval: 1h, rise: 1, fall: 2}
    backends: {one: "${\$one->address}", dead: "${\$refusing->address}"}
  api:
    listen: "127.0.0.1:$other"
    check: {type: expect, expect: never, interval: 1h, timeout: 20s}
    backends:
      name: "localhost:${\$two->port}"
      free: {address: "${\$two->address}", check: off}
      away: {address: "${\$two->address}", state: maintenance}
      late: {address: "${\$silent->address}"}
  plain: {listen: "127.0.0.1:$third", backends: {one: "${\$one->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
sub check {
	my ($query) = @_;
	my $code = $api->post('check' . ($query // ''));
	return ($code, $api->document);
}
my ($code, $got) = check('?service=web');
is($code, 200, 'a service is checked');
is_deeply($got->{complete}, JSON::PP::true, '... all of it');
is_deeply([sort keys %{ $got->{backends} }], ['web/dead', 'web/one'], '... each backend');
is_deeply($got->{backends}{'web/one'}, { passed => JSON::PP::true, status => 'up', reason => undef },
	'... one that passes');
is($got->{backends}{'web/dead'}{passed}, JSON::PP::false, '... one that fails');
like($got->{backends}{'web/dead'}{reason}, qr/connection refused/, '... why');
($code, $got) = check('?service=web&backend=dead');
is_deeply([keys %{ $got->{backends} }], ['web/dead'], 'one backend');
is($got->{backends}{'web/dead'}{status}, 'down', '... is down: fall counts');
is($h->backend('web', 'dead')->{status}, 'down', '... in the stats too');
is($h->backend('web', 'one')->{check}{passed_total}, 1, '... and the other was left alone');
ok(until_true(sub { (check('?service=api&backend=name'))[0] == 200 }, 5), 'a name');
my $began = time;
($code, $got) = check();
is($code, 200, 'everything');
is($got->{complete}, JSON::PP::false, '... not all in time');
cmp_ok(time - $began, '<', 9, '... within five seconds');
ok(exists $got->{backends}{'web/one'}, '... with what is there');
ok(!grep { m{api/(?:free|away|late)|plain} } keys %{ $got->{backends} }, '... nobody else') or diag(join ' ', keys %{ $got->{backends} });
is((check('?service=nobody'))[0], 404, 'no such service');
is((check('?service=web&backend=nobody'))[0], 404, 'no such backend');
is((check('?service=plain'))[0], 404, 'no check');
is((check('?backend=one'))[0], 400, 'a backend of which service?');
is((check('?servce=web'))[0], 400, 'an unknown parameter');
is((check('?service='))[0], 400, 'an empty name');
is($api->post('check', { service => 'web', backend => 'one' }), 200, 'the same in the body');
is_deeply([keys %{ $api->document->{backends} }], ['web/one'], '... one backend');
is($api->post('check', { service => 'web' }), 200, '... or a service');
is_deeply([sort keys %{ $api->document->{backends} }], ['web/dead', 'web/one'], '... each backend');
is($api->post('check', $_->[0]), 400, $_->[1]) for [{ backend => 'one' }, 'a backend of which service, in the body'],
	[{ servce => 'web' }, 'an unknown name'], [{ service => '' }, 'an empty one'], [{ service => 1 }, 'a number'], [['web'], 'a list'];
is($api->post('check?service=web', { backend => 'one' }), 400, 'half in the query');
is($api->post('check', { service => 'nobody' }), 404, 'no such service, in the body');
my $client = client($h->control);
$client->send("POST /_v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
$client->reset;
is((check('?service=web'))[0], 200, 'a client that goes away does no harm');
$h->finish;
done_testing();
