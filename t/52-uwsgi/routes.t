# SPDX-License-Identifier: BSD-2-Clause
# From a request of a web server to a node: by each way, by the next one where it has none, and
# what client, node and log see of it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

# A packet: modifiers, and pairs of name and value.
sub packet {
	my ($modifier1, $modifier2, @pairs) = @_;
	my $block = '';
	while (my ($name, $value) = splice @pairs, 0, 2) { $block .= pack 'v/a* v/a*', $name, $value }
	return pack('CvC', $modifier1, length $block, $modifier2) . $block;
}
# What comes back for a key.
sub request {
	my ($port, $key, %o) = @_;
	my $client = client($port) or return "connect: $!";
	$client->send(packet($o{modifier1} // 9, 7, SERVER_NAME => 'default', HTTP_HOST => $key,
		REMOTE_ADDR => '192.0.2.7', REMOTE_PORT => 4711, REQUEST_METHOD => 'GET',
		REQUEST_URI => '/a?"b"', $o{more} ? (MORE => $o{more}) : ()) . ($o{body} // ''));
	$client->shut if $o{shut};
	return $client->rest(10);
}
my $not_found = qr{^HTTP/1\.0 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$};

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-routes-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $node = sub { my ($name, $address) = @_;
		return backend('script', name => $name, on => qr/REQUEST_URI/, text => "$name\n",
			$address ? (address => $address) : ()) };
	my %unix = map { $_ => $node->($_, "$dir/$_.sock") } qw(site.example site.example:8000 m7);
	my ($in_base, $abstract) = ($node->('based', "$dir/based"),
		$node->('abstract', "\@heddle-routes-$$"));
	my ($one, $two, $far, $spare) = map { $node->($_) } qw(one two far spare);
	my $dead = backend('refusing');
	my ($port, $own, $ports, $dual) = map { free_port } 1 .. 4;
	my $h = heddle(<<"YAML");
access_log: {to: ./access.log, format: json}
services:
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    log_vars: [REQUEST_METHOD, REQUEST_URI]
    when_empty: wait # has nodes, though no backends
    routes:
      - base: $dir
      - pattern: $dir/%s.sock
      - match: {regex: '^([a-z])([0-9])\\.Example\$', address: '$dir/\$1\\2.sock', ignore_case: on}
      - match: {regex: '^abstract\$', address: '\@heddle-routes-$$'}
      - match: {regex: '^dead\\.', address: '${\$dead->address}'}
      - {name: elsewhere, backends: other, for: failed}
  other:
    listen: 127.0.0.1:$own
    backends: [{name: far, address: "${\$far->address}"}]
  ports:
    protocol: uwsgi
    listen: 127.0.0.1:$ports
    routes: [{pattern: '127.0.0.1:%s'}]
  dual:
    protocol: uwsgi
    listen: ":$dual"
    routes: [{pattern: '[::ffff:127.0.0.1]:%s'}, {pattern: '[::1]:%s'}, {pattern: '127.0.0.1:%s'}]
  nodes:
    protocol: uwsgi
    listen: $dir/nodes
    passive: on
    routes:
      - nodes:
          - {name: one, address: "${\$one->address}"}
          - {name: two, address: "${\$two->address}", weight: 2}
      - {name: spare, nodes: ["${\$spare->address}"], for: failed}
YAML
	is(request($port, 'based'), "based\n", 'base');
	is(request($port, 'site.example'), "site.example\n", 'pattern, where base has no such socket');
	is(request($port, 'site.example:8000'), "site.example:8000\n", 'a port is a part of the key');
	is(request($port, 'm7.EXAMPLE'), "m7\n", 'match, with two groups');
	like(request($port, $_), $not_found, "$_ is known nowhere") for 'unknown', '../based', '.x', 'a/b';
	is(request($port, 'dead.example'), "far\n", 'a node that refuses: the next route');
	is(request($port, 'based', body => 'x' x 100_000, shut => 1), "based\n", 'with a body');
	like(request($port, 'unknown', body => 'x' x 1_000_000), $not_found,
		'the answer, whatever is sent');
	is(request($ports, $one->port), "one\n", 'a pattern may make a port of the key');
	like(request($ports, $_), $not_found, "... but not $_, which leads back") for '*', $ports;
	like(request($dual, $dual), $not_found, '... nor to a socket of both families');
	is(join('', map { request("$dir/nodes", 'k') } 1 .. 6), "one\ntwo\ntwo\none\ntwo\ntwo\n",
		'nodes have weights');
	$_->stop for $one, $two;
	is(join('', map { request("$dir/nodes", 'k') } 1 .. 3), "spare\n" x 3,
		'the spare one, as all have failed');
	ok(kill(0, $h->pid), 'it runs');
	my $routes = $h->service('sites')->{routes};
	is($routes->{pattern}{sessions_total}, 2, 'sessions of a route, for all its addresses');
	is($routes->{match}{address}, "$dir/\$1\\2.sock", '... what the address is made of');
	is_deeply($h->service('nodes')->{routes}{nodes}, { address => undef, sessions_total => 6 },
		'... and of one with nodes, which count the rest');
	is($h->service('sites')->{protocol}, 'uwsgi', 'the stats tell the protocol');
	my @lines = $h->access(24);
	my ($first) = grep { ($_->{key} // '') eq 'based' } @lines;
	is_deeply([@$first{qw(route address client tries reason var_REQUEST_METHOD
		var_REQUEST_URI)}], ['base', "unix:$dir/based", '192.0.2.7:4711', 1, 'done', 'GET',
		'/a?"b"'], 'the log has it');
	ok($first->{peer} =~ /^127\.0\.0\.1:/, '... and who has connected');
	my ($none) = grep { ($_->{key} // '') eq $ports } @lines;
	ok(!exists $none->{var_REQUEST_URI}, '... in services that ask for it');
	my ($unknown) = grep { ($_->{key} // '') eq 'unknown' } @lines;
	is_deeply([@$unknown{qw(reason route backend)}], ['no_route', undef, undef],
		'... and who is unknown');
	my ($failed) = grep { ($_->{key} // '') eq 'dead.example' } @lines;
	is_deeply([@$failed{qw(route backend tries)}], ['elsewhere', 'far', 2], '... and what failed');
	like($failed->{error}, qr/refused/, '... and why');
	$h->finish;
});
