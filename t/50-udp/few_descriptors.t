# SPDX-License-Identifier: BSD-2-Clause
# More targets than descriptors: those that there is no room for are down, which the log explains; the
# others get everything, names are resolved, and a change that makes room is taken.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sinks sender);
use Heddle::Dns qw(dns);

plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
use constant { TARGETS => 200, LIMIT => 140 };

on_each_event(sub {
	my ($port, $to) = (free_port, free_port);
	my @targets = map { "127.0.2.$_:$to" } 1 .. TARGETS;
	my @sinks = map { sink($_) } @targets;
	my $dns = dns('app.test' => ['1 A 127.0.0.1']);
	my $list = join ', ', map { "\"$_\"" } @targets;
	my $h = heddle(<<"YAML", workers => 1, wrapper => ['/bin/sh', '-c', 'ulimit -n "$0"; exec "$@"', LIMIT]);
worker_sessions: 10
resolver: {servers: ["${\$dns->address}"]}
services: {web: {listen: "127.0.0.1:${\free_port}", backends: ["app.test:1"]}}
fanouts: {f: {protocol: raw, listen: "127.0.0.1:$port", targets: [$list]}}
YAML
	my $sender = sender($port);
	my $stats = sub { return ($h->stats // {})->{fanouts}{f}{targets} // {} };
	my $down = sub { my $all = $stats->(); return scalar grep { $_->{status} eq 'down' } values %$all };
	$sender->numbered(10);
	ok($h->wait_for(sub { $down->() > 0 }, 10, 'down'), 'there is no room for some');
	# what is counted as received was sent
	my $received = sub { (($h->stats // {})->{fanouts}{f} // {})->{received} // 0 };
	ok($h->wait_for(sub { $received->() == 10 }, 10, '10'), '... when all are received');
	my @whole = grep { $_->count == 10 } @sinks;
	is(@whole + grep({ $_->count == 0 } @sinks), TARGETS, 'the others get all, and those nothing');
	cmp_ok(scalar @whole, '>', 50, '... which are many');
	ok($h->wait_log(qr/cannot be sent to: .*open files/), 'the log says why');

	$dns->zone('app.test' => ['1 A 127.0.0.9']);
	my $name = sub { return ($h->stats // {})->{resolver}{names}{'app.test'} // {} };
	ok($h->wait_for(sub { "@{ $name->()->{addresses} // [] }" eq '127.0.0.9' }, 10, 'the other'),
		'a name is resolved meanwhile') or diag($name->()->{error});
	my $api = Heddle::Api->new($h->control);
	is($api->patch('fanouts/f', { listen => ["127.0.0.1:$port", '127.0.0.1:' . free_port] }), 200,
		'another listener');
	my ($none) = grep { $_->count == 0 } @sinks;
	is($api->patch('fanouts/f', { targets => [$none->address] }), 200, 'there is room for all');
	ok($h->wait_for(sub { $sender->send('x'); $none->count > 0 }, 10, 'x'), '... and all get it');
	$h->finish;
});
