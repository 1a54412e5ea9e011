# SPDX-License-Identifier: BSD-2-Clause
# Subscribed nodes beside the rest of heddle: senders of both families, several servers and services,
# buffered bodies, fallback routes, and what clients are answered where nobody can serve them.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscription qw(announcement subscriber);
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_counted);

on_each_event(sub {
	my ($node, $spare) = map { backend('uwsgi', name => $_) } qw(node spare);
	my ($both, $other, $port) = (free_port, free_port, free_port);
	my $dir = File::Temp->newdir('heddle-subscribe-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $yaml = <<"YAML";
subscriptions:
  apps: {tolerance: 90s, listen: [":$both", {address: "$dir/s", mode: "0666"}]}
  others: {tolerance: 90s, listen: "127.0.0.1:$other"}
services:
  one:
    protocol: uwsgi
    listen: "127.0.0.1:$port"
    post_buffering: 1m
    routes:
      - subscriptions: apps
      - subscriptions: others
      - {nodes: ["${\$spare->address}"], for: failed}
  two: {protocol: uwsgi, listen: "$dir/two", routes: [{subscriptions: others}]}
YAML
	my $h = heddle($yaml, workers => 2);
	my $ask = sub {
		my ($to, $key) = @_;
		my $client = client($to);
		$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => $key));
		return $client->rest(10) =~ s/\A(\S+) 0\/0 .*\n\z/$1/sr;
	};
	my $wait = sub { my ($server, $count) = @_; return until_true(sub { ($h->stats->{subscriptions}{$server}{nodes} // -1) == $count }, 10) };

	# A port without a host is at the sender, by whichever family and socket.
	my $own = ':' . $node->port;
	subscriber("127.0.0.1:$both")->send(announcement('mapped.test', $own));
	subscriber("$dir/s")->send(announcement('local.test', $own));
	my $six = eval { subscriber("[::1]:$both") };
	$six->send(announcement('six.test', $own)) if $six;
	ok($wait->('apps', $six ? 3 : 2), 'three senders');
	ok($h->wait_log(qr/mapped\.test => new node: 127\.0\.0\.1:\d+ /), 'a sender of IPv4 at a socket of both families');
	ok($h->wait_log(qr/local\.test => new node: 127\.0\.0\.1:\d+ /), 'a sender at a unix socket');
	ok($h->wait_log(qr/six\.test => new node: \[::1\]:\d+ /), 'a sender of IPv6') if $six;
	is($ask->($port, $_), 'node', "$_ has its node") for qw(mapped.test local.test);

	# Two servers, two services: each key by the routes of its service, in their order.
	my $late = subscriber("127.0.0.1:$other");
	$late->send($_) for map { announcement($_, $spare->address) } 'mapped.test', 'late.test';
	ok($wait->('others', 2), 'another server');
	is($ask->($port, 'mapped.test'), 'node', 'the first server that has the key');
	is($ask->($port, 'late.test'), 'spare', '... the second one where it has not');
	is($ask->("$dir/two", 'mapped.test'), 'spare', 'another service, without the first one');
	like($ask->("$dir/two", 'local.test'), qr{^HTTP/1\.\d 404 }, 'a key that nobody has: 404');

	# Fallback nodes are for failed nodes; a buffered body comes whole to the one that takes it.
	my $dead = backend('refusing');
	$late->send(announcement('dead.test', $dead->address));
	ok($wait->('others', 3), 'a node that refuses');
	is($ask->($port, 'dead.test'), 'spare', '... the fallback node');
	is($ask->("$dir/two", 'dead.test'), '', '... without one the connection is closed');
	my $count = backend('count');
	$late->send($_) for map { announcement('body.test', $_->address) } $dead, $count;
	ok($wait->('others', 5), 'a node that refuses, and one that counts');
	for my $size (1, 70_000, 1_000_000) {
		my $packet = uwsgi_packet(REQUEST_METHOD => 'POST', HTTP_HOST => 'body.test', CONTENT_LENGTH => $size)
			. Heddle::Client::pattern(0, $size);
		for (1, 2) {
			my $client = client($port);
			$client->send($packet);
			$client->shut;
			is($client->line(10), uwsgi_counted($packet), "a body of $size bytes");
		}
	}
	$h->finish;
});
