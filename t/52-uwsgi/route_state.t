# SPDX-License-Identifier: BSD-2-Clause
# Routes that the API has changed are there after a restart, and so is everything else, whatever the
# changes have left behind: nodes of a route that is gone, a route to a service that is gone.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Uwsgi qw(uwsgi_packet);
use File::Temp;

my $dir = File::Temp->newdir('heddle-state-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $based = backend('script', on => qr/END/, text => "based\n", address => "$dir/k");
my $node = backend('script', on => qr/END/, text => "node\n");
my ($port, $other) = (free_port, free_port);
sub yaml { my ($routes, $more) = @_; return <<"YAML" }
state: ./state.json
services:
  sites: {protocol: uwsgi, listen: "127.0.0.1:$port", routes: $routes}
$more
YAML
my $away = "  away: {listen: \"127.0.0.1:$other\", backends: [\"${\$node->address}\"]}";
my $h = heddle(yaml("[{nodes: [{name: one, address: \"${\$node->address}\"}]}]", $away));
my $api = Heddle::Api->new($h->control);
sub answer {
	my $client = client($port) or return "connect: $!";
	$client->send(uwsgi_packet(HTTP_HOST => 'k') . 'END');
	return $client->rest(10) =~ s/\r?\n.*//sr;
}
sub restart {
	my ($what) = @_;
	is($h->stop, 0, 'it stops');
	$h->run;
	ok($h->wait_ready, "$what: it starts again");
	is($h->service('mark') ? 1 : 0, 1, '... with what the API has added');
	unlike($h->log, qr/what it holds cannot be used/, '... from its state');
}

is(scalar $api->call('PUT', 'services/mark', { listen => '127.0.0.1:' . free_port, backends => [] }), 201,
	'a service by the API');
is(scalar $api->call('PUT', 'services/sites/backends/two', { address => '127.0.0.1:1', route => 'nodes' }), 201,
	'a node, too');
is(scalar $api->call('PATCH', 'services/sites', { routes => [{ base => "$dir" }] }), 200, 'another route');
is(answer(), 'based', '... is used');
restart('nodes of a route that is gone');
is(answer(), 'based', '... and its route');
is(scalar $api->call('PATCH', 'services/sites', { routes => [{ nodes => 'nodes' }] }), 200, 'the route comes back');
ok(until_true(sub { answer() eq 'node' }, 10), '... and has its nodes');

# A reload that takes the route away which a node of the API belongs to.
my ($code, $told) = $h->reload(yaml("[{match: {regex: k, address: $dir/k}}]", $away));
is($code, 0, 'another route by the file') or diag($told);
restart('a node of a route that a reload took away');
is(answer(), 'based', '... and the route of the file');

# One that takes a service away which a route of the API leads to.
is(scalar $api->call('PATCH', 'services/sites', { routes => [{ backends => 'away' }, { base => "$dir" }] }), 200,
	'a route to another service');
is(answer(), 'node', '... is used');
($code, $told) = $h->reload(yaml("[{match: {regex: k, address: $dir/k}}]", ''));
is($code, 0, "a reload without that service") or diag($told);
restart('a service that a reload took away');
is(answer(), 'based', '... and the route that is left');
$h->finish;
done_testing;
