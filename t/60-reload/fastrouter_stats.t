# SPDX-License-Identifier: BSD-2-Clause
# fastrouter_stats of several services: an address that comes, goes, changes what it is, or moves to
# another service, to the API or to the requests of a service, and back; what cannot be is refused.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Child qw(until_true);
use JSON::PP ();

my $dir = File::Temp->newdir('heddle-stats-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($one, $two, $a, $b, $web) = map { '127.0.0.1:' . free_port } 1 .. 5;
my $node = backend('script', name => 'node', on => qr/GET/, text => "node\n");

sub yaml {
	my (%o) = @_;
	return <<"YAML";
$o{top}
services:
  one: {protocol: uwsgi, listen: "$one", backends: ["10.0.0.1:1"]$o{one}}
  two: {protocol: uwsgi, listen: "$two", backends: ["10.0.0.2:2"]$o{two}}
  web: {listen: ["$web"$o{web}], backends: ["${\$node->address}"]}
YAML
}

# What an address says: the name of the node; what a request of HTTP is answered with; or that nobody listens.
sub says {
	my ($address) = @_;
	my $client = client($address) or return 'refused';
	$client->send("GET /_v1/health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
	my $text = $client->rest(10) // '';
	my ($head) = $text =~ s/\A(HTTP\S+ \d+).*?\r\n\r\n//s ? $1 : '';
	my $all = eval { JSON::PP->new->decode($text) };
	my $nodes = ref $all ? $all->{static_nodes} : undef;
	my $white = $text =~ /\n\t/ ? 'white' : '';
	return join ' ', grep { length } $head, $nodes ? ($nodes->[0]{name}, $white) : $text =~ /\Anode/ ? 'web' : '';
}

my %none = (top => '', one => '', two => '', web => '');
my $stats = sub { return ', fastrouter_stats: ' . shift };
my $h = heddle(yaml(%none, one => $stats->("\"$a\""), two => $stats->("\"$b\"")), workers => 2);
sub change {
	my ($name, %o) = @_;
	is(($h->reload(yaml(%none, %o)))[0], 0, $name);
}
# A socket that is shut down refuses a moment later.
sub becomes {
	my ($address, $wanted, $name) = @_;
	my $said;
	ok(until_true(sub { ($said = says($address)) eq $wanted }, 10), $name) or diag($said);
}

is(says($a), '10.0.0.1:1 white', 'a service');
is(says($b), '10.0.0.2:2 white', 'another one');
is_deeply($h->service('one')->{listen}, [$one], 'it is no address for requests');

change('without white space, and by HTTP', one => $stats->("{address: \"$a\", minified: on}"),
	two => $stats->("{address: \"$b\", http: on}"));
is(says($a), '10.0.0.1:1', 'no white space');
is(says($b), 'HTTP/1.0 200 10.0.0.2:2 white', 'HTTP');

change('each has the other one\'s', one => $stats->("\"$b\""), two => $stats->("\"$a\""));
is(says($a), '10.0.0.2:2 white', 'the first address');
is(says($b), '10.0.0.1:1 white', 'the second one');

change('a third address, and one goes', one => $stats->("[\"$b\", \"$dir/s\"]"));
becomes($a, 'refused', 'it is closed');
is(says($b), '10.0.0.1:1 white', 'one stays');
is(says("$dir/s"), '10.0.0.1:1 white', 'a unix socket is new');
is(sprintf('%o', (stat "$dir/s")[2] & 0777), '600', '... for who started heddle');

change('the API has the address', top => "admin: {listen: \"$b\"}");
like(says($b), qr{^HTTP/1\.\d [24]\d\d$}, 'an answer of the API');
becomes("$dir/s", 'refused', 'the unix socket is gone');
change('and the service again', one => $stats->("\"$b\""));
is(says($b), '10.0.0.1:1 white', 'the figures') for 1 .. 4;

change('another service has it for its clients', web => ", \"$b\"");
is(says($b), 'web', 'its backend answers') for 1 .. 8;
change('and the service again', one => $stats->("\"$b\""));
is(says($b), '10.0.0.1:1 white', 'the figures') for 1 .. 8;
is_deeply($h->service('web')->{listen}, [$web], 'what is shown of the other one');
change('another service has it for its clients', web => ", \"$b\"");
change('the API has an address of clients', top => "admin: {listen: \"$b\"}");
like(says($b), qr{^HTTP/1\.\d [24]\d\d$}, 'an answer of the API') for 1 .. 8;
change('... and a service has it from the API', web => ", \"$b\"");
is(says($b), 'web', 'its backend answers') for 1 .. 8;

# What cannot be changes nothing.
change('as at first', one => $stats->("\"$a\""));
for my $wrong (
	[$stats->("\"$two\""), 'the address of another service', qr/services\.(?:one\.fastrouter_stats|two\.listen): .*already the address/],
	[$stats->('"127.0.0.1:8000-8010"'), 'a range', qr/one port, not a range/],
	[$stats->('{address: "127.0.0.1:1", mode: "0600"}'), 'a mode without a socket', qr/is for unix sockets/],
	[$stats->('{http: on}'), 'no address', qr/no address/]) {
	my ($line, $name, $told) = @$wrong;
	my ($status, $output) = $h->reload(yaml(%none, one => $line));
	isnt($status, 0, "$name is refused");
	like($output . $h->log, $told, '... with a reason');
}
is(says($a), '10.0.0.1:1 white', 'all is as it was');
my ($status, $output) = $h->reload(yaml(%none) . "  tcp: {listen: \"127.0.0.1:1\", backends: [\"127.0.0.1:2\"], fastrouter_stats: \"127.0.0.1:3\"}\n");
like($output, qr/services\.tcp: fastrouter_stats is for protocol: uwsgi/, 'a service that carries something else');

# The API: adds, changes and removes addresses, as listeners.
my $api = Heddle::Api->new($h->control);
my $addresses = sub { $api->call('GET', 'services/two'); return JSON::PP->new->decode($api->{body})->{fastrouter_stats} };
is(scalar $api->call('PATCH', 'services/two', { fastrouter_stats => [$b] }), 200, 'the API adds one');
becomes($b, '10.0.0.2:2 white', '... which says what it should');
is_deeply($addresses->(), [$b], '... and is shown');
is(scalar $api->call('PATCH', 'services/two', { fastrouter_stats => [{ address => $b, http => JSON::PP::true, minified => JSON::PP::true }] }), 200, 'by HTTP');
becomes($b, 'HTTP/1.0 200 10.0.0.2:2', '... at once');
isnt(scalar $api->call('PATCH', 'services/two', { fastrouter_stats => [$a] }), 200, 'an address of another service');
isnt(scalar $api->call('PATCH', 'services/two', { fastrouter_stats => ["$dir/api"] }), 200, 'a path elsewhere');
is(scalar $api->call('PATCH', 'services/two', { fastrouter_stats => undef }), 200, 'it removes them');
becomes($b, 'refused', '... and nobody is there');

# A control process that is killed: the next one goes on.
my $pid = $h->control_pid;
kill 'KILL', $pid;
ok($h->wait_for(sub { ($h->control_pid // $pid) != $pid }, 10, 'another one'), 'another control process');
becomes($a, '10.0.0.1:1 white', 'it serves the figures');
$h->finish(alerts => 1);
done_testing();
