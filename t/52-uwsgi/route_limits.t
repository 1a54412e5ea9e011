# SPDX-License-Identifier: BSD-2-Clause
# Routes and what their services are able to take: nodes that are full are waited for where a
# session may have them, also those of another service, and a key that nobody knows waits for
# nobody; the status of a service whose nodes come by its routes alone.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Uwsgi qw(uwsgi_packet);
use File::Temp;

my $packet = uwsgi_packet(HTTP_HOST => 'k');
my $dir = File::Temp->newdir('heddle-limits-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
sub phase { my ($line) = @_; return join ' ', map { $_ // '-' } @$line{qw(service reason phase)} }

on_each_event(sub {
	my $node = backend('script', on => qr/END/, text => "served\n");
	my %port = map { $_ => free_port } qw(spare direct over based gone told closed);
	my $h = heddle(<<"YAML", workers => 1);
access_log: {to: ./access.log, format: json}
defaults: {protocol: uwsgi}
services:
  spare:
    listen: 127.0.0.1:$port{spare}
    routes:
      - base: $dir
      - match: {regex: '^bad\$', address: '127.0.0.1:1'}
      - nodes: [{name: only, address: "${\$node->address}", max_connections: 1}]
        for: failed
  direct:
    listen: 127.0.0.1:$port{direct}
    backends: [{name: only, address: "${\$node->address}", max_connections: 1}]
  over:
    listen: 127.0.0.1:$port{over}
    error_response: all
    routes: [{backends: direct}]
  told:
    listen: 127.0.0.1:$port{told}
    max_connections: 1
    error_response: all
    log_vars: [HTTP_HOST]
    backends: ["${\$node->address}"]
  closed: {listen: "127.0.0.1:$port{closed}", max_connections: 1, backends: ["${\$node->address}"]}
  based: {listen: "127.0.0.1:$port{based}", routes: [{base: $dir}]}
  gone: {listen: "127.0.0.1:$port{gone}", routes: [{backends: away}]}
  away:
    listen: $dir/away.sock
    backends: [{name: only, address: "${\$node->address}", state: maintenance}]
YAML
	# A key that nobody knows: the node of another route, which may become full, is not for it.
	for (1 .. 8) {
		my $client = client($port{spare});
		$client->send($packet);
		like($client->rest(10), qr/^HTTP\/1.0 404 /, 'a key that nobody knows') or last;
		$client->close;
	}
	my @lines = $h->access(8);
	# who waits does so for a quarter of a second
	cmp_ok(scalar(grep { $_->{duration_seconds} < 0.2 } @lines), '>=', 4, '... is told at once') or diag(explain(\@lines));
	is(phase($lines[-1]), 'spare no_route connecting', '... in the phase of looking for a node');

	# One that is full, directly and by the route of another service: the next one waits a moment. The
	# worker finds it, and that the first one has gone, at once.
	for my $name (qw(direct over)) {
		my $first = client($port{direct});
		$first->send($packet);
		$h->wait_for(sub { $h->service('direct')->{sessions_active} == 1 }, 5, 'the first one');
		my ($worker) = $h->worker_pids;
		kill 'STOP', $worker;
		my $client = client($port{$name});
		$client->send("${packet}END");
		$first->reset;
		kill 'CONT', $worker;
		is($client->rest(10), "served\n", "$name: the next one is served, as soon as one has gone");
		$client->close;
		ok($h->wait_for(sub { !grep { $h->service($_)->{sessions_active} } qw(direct over) }, 5, 'the end'), '... and ends');
	}
	my $first = client($port{direct});
	$first->send($packet);
	$h->wait_for(sub { $h->service('direct')->{sessions_active} == 1 }, 5, 'the first one');
	my $late = client($port{over});
	$late->send($packet);
	like($late->rest(10), qr/^HTTP\/1.0 503 /, 'one that waits in vain is told');
	$late->close;
	is(phase(($h->access(13))[-1]), 'over no_backend queued', '... in the phase of waiting');
	$first->send('END');
	is($first->rest(10), "served\n", 'the first one');
	$first->close;

	# The limit of the service itself: the client is told before it could say a word.
	for my $name (qw(told closed)) {
		my $holds = client($port{$name});
		$holds->send($packet);
		$h->wait_for(sub { $h->service($name)->{sessions_active} == 1 }, 5, 'the only one');
		my $client = client($port{$name});
		$client->send($packet . 'x' x 100_000);
		my $rest = $client->rest(10);
		is($rest =~ s/\r\n.*//sr, $name eq 'told' ? 'HTTP/1.0 503 Service Unavailable' : '',
			"max_connections of the service: $name");
		is($client->error, '', '... in good order') if $name eq 'told';
		$client->close;
		$holds->send('END');
		is($holds->rest(10), "served\n", '... and the one that is there goes on');
		$holds->close;
	}
	my ($line) = grep { $_->{service} eq 'told' && $_->{reason} ne 'done' } $h->access(18);
	is(phase($line), 'told max_connections queued', '... and the log has it');

	# Nodes that no list has.
	is($h->service('based')->{status}, 'up', 'a route by the key alone: up');
	is($h->service('over')->{status}, 'up', 'one to a service that is up: up');
	is($h->service('gone')->{status}, 'down', 'one to a service that is not: down');
	is($h->health('/_health?service=based,over'), 200, 'the health of services');
	is($h->health('/_health?service=gone'), 503, '... of one that is down');
	my $api = Heddle::Api->new($h->control);
	$api->call('PATCH', 'services/away/backends/only', { state => 'ready' });
	$h->wait_for(sub { ($h->service('gone')->{status} // '') eq 'up' }, 5, 'gone to be up');
	is($h->health('/_health?service=gone'), 200, '... which is up now');
	$api->call('PATCH', 'services/spare/backends/only?force=1', { state => 'maintenance' });
	ok($h->wait_for(sub { $h->service('spare')->{status} eq 'degraded' }, 5, 'it'), 'a route by the key, and no node: degraded');
	$h->finish;
});
