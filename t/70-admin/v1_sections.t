# SPDX-License-Identifier: BSD-2-Clause
# GET /_v1/services and the other plurals: all objects of a kind by name, as each is alone.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my $one = backend('named', name => 'one');
my ($port, $other, $datagrams, $announced) = (free_port, free_port, free_port, free_port);
my $h = heddle(<<"YAML");
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}", two: {address: "127.0.0.1:1", state: maintenance}}}
  "a:b": {listen: "127.0.0.1:$other", routes: [{cache: hosts}], protocol: uwsgi}
fanouts: {f: {listen: "127.0.0.1:$datagrams", targets: "127.0.0.1:1"}}
subscriptions: {apps: {listen: "127.0.0.1:$announced", keys: {k.test: "127.0.0.1:1"}}}
caches: {hosts: {entries: {a.test: "127.0.0.1:1"}}}
YAML
my $api = Heddle::Api->new($h->control);

my %objects = (services => [qw(web a%3Ab)], fanouts => ['f'], subscriptions => ['apps'], caches => ['hosts'],
	'services/web/backends' => [qw(one two)]);
for my $section (sort keys %objects) {
	my %each = map { my $name = s/%3A/:/r; $api->get("$section/$_"); ($name => $api->document) } @{ $objects{$section} };
	is($api->get($section), 200, "GET $section");
	is_deeply($api->document, \%each, '... all of them, as each is alone');
}
$api->get('services');
is($api->document->{web}{backends}{two}{status}, 'maintenance', '... with their status');
is($api->get('services/a%3Ab/backends'), 200, 'a service without any');
is_deeply($api->document, {}, '... has none');
is($api->get('%73ervices'), 200, 'an escape in the name of the section');
is_deeply([sort keys %{ $api->document }], ['a:b', 'web'], '... is decoded');

is($api->get('services/none/backends'), 404, 'a service that is not there');
is($api->errors, 'services.none does not exist', '... is told');
is($api->get('services/a%2Fb/backends'), 404, '... nor can be');
is($api->get('services?wait=1s'), 400, 'there is nothing to wait for');
is($api->get('services/'), 404, 'a slash at the end is another path');
is($api->put('services', {}), 405, 'a kind is not written as a whole');
is($api->header('Allow'), 'GET, HEAD', '... says what is taken');
like($api->errors, qr/all services with their backends/, '... and what it is');
is($api->remove('caches/hosts?force=1'), 409, 'a cache that a route names stays');
is($api->remove('fanouts/f'), 200, 'the last of a kind goes');
is($api->get('fanouts'), 200, '... the kind is there');
is_deeply($api->document, {}, '... and has none');
$h->finish;
done_testing();
