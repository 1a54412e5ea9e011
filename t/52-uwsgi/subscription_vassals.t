# SPDX-License-Identifier: BSD-2-Clause
# Nodes that are announced by the name of a vassal, without an address: the first request makes the
# Emperor start it, and whoever waits goes on when the address is announced.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink);
use Heddle::Dns qw(dns);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet);
use Heddle::Uwsgi qw(uwsgi_post uwsgi_ask uwsgi_counted);
use Time::HiRes qw(time);

my $node = backend('script', on => qr/HTTP_HOST/, text => "node\n");
my $other = backend('script', on => qr/HTTP_HOST/, text => "other\n");
my $capture = Heddle::read_file("$FindBin::Bin/../captures/m21-emperor-spawn.bin");

sub vassal { my ($key, $name, @more) = @_; return packet(0, key => $key, vassal => $name, @more) }
sub spawn_of { my ($name) = @_; my $b = pack '(v/a*)*', 'cmd', 'spawn', 'vassal', $name; return pack('C v C', 0, length $b, 0) . $b }

sub server {
	my ($emperor, %o) = @_;
	return subscribed(workers => 2, %o, server => "tolerance: 90s\nemperor: \"$emperor\"\n" . ($o{server} // ''));
}

# The answers; the clients leave then.
sub bodies { return join " ", map { my $body = Heddle::Subscribed::body($_, 20); $_->close; $body } @_ }

on_each_event(sub {
	my $emperor = sink();
	my $s = server($emperor->address, server => 'vassal_timeout: 30s');
	$s->send(vassal('a.test', 'one.ini'));
	ok($s->wait_nodes(1), 'a vassal is a node');
	my @waiting = map { $s->begin('a.test') } 1 .. 20;
	is($emperor->wait_count(1), 1, 'requests come: the Emperor is asked');
	is($_->ended(0.01), 'open', 'a client waits') for @waiting[0 .. 2];
	is(($emperor->got)[0], $capture, '... byte for byte as by uWSGI');
	$waiting[19]->close;
	pop @waiting;
	my $begun = time;
	$s->send(vassal('a.test', 'one.ini', address => $node->address));
	is(bodies(splice @waiting), join(' ', ('node') x 19), 'its address is announced: all are served');
	cmp_ok(time - $begun, '<', in_time(5), '... at once');
	is($emperor->count, 1, '... and the Emperor was asked once');
	is($s->count->{nodes}, 1, 'it is the same node');
	$s->heddle->wait_log(qr/spawning vassal one\.ini \(attempt 1\)/);
	pass('the log has the words of uWSGI');

	# Its address is withdrawn, it is a vassal again.
	$s->send(vassal('a.test', 'one.ini', address => $node->address, clear => 1));
	ok(until_true(sub { $s->datagrams('unsubscribe') == 1 }), 'its address is cleared');
	is($s->count->{nodes}, 1, '... and it stays');
	my $client = $s->begin('a.test');
	is($emperor->wait_count(2), 2, 'a request: it is started again');
	$s->send(vassal('a.test', 'one.ini', address => $node->address));
	is(bodies($client), 'node', '... and answers');
	# Its name alone, while it runs: nothing changes.
	$s->send(vassal('a.test', 'one.ini'));
	ok(until_true(sub { $s->datagrams('refresh') >= 3 }), 'the name alone');
	is($s->ask('a.test'), 'node', '... does not stop it');

	# One that runs, and one that does not.
	$s->send(announcement('b.test', $other->address), vassal('b.test', 'two.ini'));
	ok($s->wait_nodes(3), 'a vassal beside a node that runs');
	is_deeply($s->shares(20, 'b.test'), { other => 20 }, 'the node has all requests');
	is($emperor->count, 2, '... and the vassal is not started');
	$s->send(withdrawal('b.test', $other->address));
	ok($s->wait_nodes(2), 'the node goes');
	$client = $s->begin('b.test');
	is($emperor->wait_count(3), 3, 'now it is');
	is(($emperor->got)[2], spawn_of('two.ini'), '... by its name');
	$s->send(vassal('b.test', 'two.ini', address => $other->address));
	is(bodies($client), 'other', '... and answers');
	# The vassal announces the address that somebody has announced without its name.
	$s->send(vassal('c.test', 'three.ini'), announcement('c.test', $node->address),
		vassal('c.test', 'three.ini', address => $node->address));
	ok(until_true(sub { $s->datagrams('new') + $s->datagrams('refresh') == 10 }, 10), 'all has come')
		or diag(explain($s->count));
	is($s->count->{nodes}, 3, 'an address is one node of a key, whoever announces it');
	is_deeply($s->shares(5, 'c.test'), { node => 5 }, '... and is used');
	# A vassal that has another address, as after a restart.
	$s->send(vassal('b.test', 'two.ini', address => $node->address));
	ok(until_true(sub { $s->ask('b.test') eq 'node' }), 'a vassal with another address');
	is($s->count->{nodes}, 3, '... is the same node');
	$s->send(packet(1, key => 'b.test', vassal => 'two.ini', address => $other->address));
	ok(until_true(sub { $s->datagrams('unsubscribe') == 3 }), 'the address that it had is withdrawn late');
	is($s->ask('b.test'), 'node', '... and it stays at the new one');
	$s->send(packet(1, key => 'b.test', vassal => 'two.ini'));
	ok($s->wait_nodes(2), 'it is withdrawn by its name');
	is($s->ask('b.test'), '', '... and nobody is asked');
	is($emperor->count, 3, '... nor the Emperor');
	$s->heddle->finish;

	# Nobody answers: three times.
	$emperor->forget;
	$s = server($emperor->address, server => 'vassal_timeout: 300ms');
	$s->send(vassal('a.test', 'one.ini'));
	ok($s->wait_nodes(1), 'a vassal that does not start');
	$begun = time;
	is($s->ask('a.test'), '', 'a request ends without an answer');
	cmp_ok(time - $begun, '>', 0.7, '... after three tries');
	is($emperor->wait_count(3), 3, 'the Emperor is asked three times');
	is(join('', $emperor->got), $capture x 3, '... for the same');
	my ($line) = $s->heddle->access(1);
	is($line->{reason}, 'no_backend', 'the access log has a reason') or diag(explain($line));
	for my $try (1 .. 3) {
		ok($s->heddle->wait_log(qr/spawning vassal one\.ini \(attempt $try\)/), "attempt $try is told");
	}
	unlike($s->heddle->log, qr/attempt 4/, '... and no further one');
	# The next request has its tries, too.
	is(($s->heddle->reload($s->yaml =~ s/vassal_timeout: 300ms/vassal_timeout: 30s/r))[0], 0, 'more time');
	$emperor->forget;
	my $late = $s->begin('a.test');
	is($emperor->wait_count(1), 1, 'the next request asks again');
	$s->send(vassal('a.test', 'one.ini', address => $node->address));
	is(bodies($late), 'node', '... and is served when it runs');
	$s->heddle->finish;

	# All clients leave: nothing is left.
	$emperor->forget;
	$s = server($emperor->address);
	$s->send(vassal('a.test', 'one.ini'));
	$s->wait_nodes(1);
	my @leaving = map { $s->begin('a.test') } 1 .. 10;
	is($emperor->wait_count(1), 1, 'the Emperor is asked');
	$_->reset for @leaving;
	ok(until_true(sub { $s->heddle->service('sites')->{sessions_active} == 0 }, 10), 'clients that leave are noticed')
		or diag(explain($s->heddle->service('sites')));
	$s->heddle->finish;

	# A body waits with its request.
	$emperor->forget;
	$s = server($emperor->address);
	my $count = backend('count');
	$s->send(vassal('a', 'one.ini'));
	$s->wait_nodes(1);
	my $post = uwsgi_post(300_000);
	my $posting = spawn(sub { exit(uwsgi_ask($s->port, $post) eq uwsgi_counted($post) ? 0 : 1) });
	is($emperor->wait_count(1), 1, 'a request with a body');
	$s->send(vassal('a', 'one.ini', address => $count->address));
	is(reap($posting, 20), 0, '... arrives byte for byte');

	# A node that refuses, beside a vassal; an Emperor at a unix socket; the resolver dies meanwhile.
	my $socket = File::Temp->newdir('heddle-emperor-XXXXXX', TMPDIR => 1);
	chmod 0755, $socket;
	my $near = sink("unix:$socket/emperor");
	chmod 0777, "$socket/emperor";
	my $t = server("unix:$socket/emperor");
	$t->send(announcement('a.test', backend('refusing')->address), vassal('a.test', 'one.ini'));
	$t->wait_nodes(2);
	my $waits = $t->begin('a.test');
	is($near->wait_count(1), 1, 'a node that refuses, and a vassal: it is started');
	is(($near->got)[0], $capture, '... by an Emperor at a unix socket');
	my ($resolver) = $t->heddle->processes('resolver');
	kill 'KILL', $resolver->{pid};
	ok(until_true(sub { my ($now) = $t->heddle->processes('resolver'); $now && $now->{pid} != $resolver->{pid} }), 'the resolver dies');
	is($waits->ended(0.05), 'open', '... and the client waits');
	$t->send(vassal('a.test', 'one.ini', address => $node->address));
	is(bodies($waits), 'node', '... and is served');
	$t->heddle->finish(alerts => 1);

	# By a name of its host, which has to be resolved first; found by a pattern; told another timeout.
	my $dns = dns('app.test' => ['60 A 127.0.0.1']);
	$emperor->forget;
	$t = server($emperor->address, server => 'vassal_timeout: 30s', top => "resolver: {servers: [\"${\$dns->address}\"]}");
	$t->send(vassal('*.test', 'one.ini'));
	$t->wait_nodes(1);
	my @several = map { $t->begin("$_.test") } 'a', 'b', 'c';
	is($emperor->wait_count(1), 1, 'a vassal of a pattern: asked once for all keys');
	$t->heddle->reload($t->yaml =~ s/vassal_timeout: 30s/vassal_timeout: 20s/r);
	$t->send(vassal('*.test', 'one.ini', address => 'app.test:' . $node->port));
	is(bodies(@several), 'node node node', 'it announces the name of a host: all are served');
	is($emperor->count, 1, '... and nobody was asked again');
	$t->heddle->finish;

	# The server is removed while somebody waits.
	$s->send(vassal('b.test', 'two.ini'));
	$s->wait_nodes(2);
	my $left = $s->begin('b.test');
	is($emperor->wait_count(2), 2, 'a client waits');
	$s->heddle->reload($s->yaml =~ s/^subscriptions:.*?^services/services/smr
		=~ s/routes:\n\s+- subscriptions: apps/backends: ["${\$node->address}"]/r);
	is(bodies($left), 'node', 'the server is removed: the other backends have it');
	$s->heddle->finish;

	# No such Emperor; none at all; only vassals.
	$s = server("unix:/nowhere/emperor.sock", server => "vassal_timeout: 100ms\nvassal_required: on");
	$s->send(vassal('a.test', 'one.ini'));
	$s->wait_nodes(1);
	is($s->ask('a.test'), '', 'an Emperor that is not there: no answer');
	ok($s->heddle->wait_log(qr/spawning vassal one\.ini \(attempt 1\): emperor .*nowhere.*: No such file/), '... as the log says');
	$s->send(announcement('a.test', $node->address));
	ok(until_true(sub { $s->datagrams('denied') == 1 }), 'vassal_required: others are denied');
	$s->send(withdrawal('a.test', $node->address));
	ok(until_true(sub { $s->datagrams('denied') == 2 }), '... also when they go');
	$s->send(vassal('a.test', 'one.ini', address => $node->address));
	ok(until_true(sub { $s->ask('a.test') eq 'node' }), 'it has started by itself');
	$s->heddle->finish;

	$s = subscribed();
	$s->send(vassal('a.test', 'one.ini'));
	$s->wait_nodes(1);
	$begun = time;
	is($s->ask('a.test'), '', 'without an Emperor in the configuration: no answer');
	cmp_ok(time - $begun, '<', in_time(3), '... at once');
	$s->heddle->finish;

	# It refused: what is known of that does not delay its start.
	$emperor->forget;
	my $refusing = backend('refusing');
	$s = server($emperor->address);
	$s->send(vassal('a.test', 'one.ini', address => $refusing->address));
	$s->wait_nodes(1);
	is($s->ask('a.test'), '', 'a vassal that refuses') for 1 .. 3;
	$s->send(vassal('a.test', 'one.ini', address => $refusing->address, clear => 1));
	ok(until_true(sub { $s->datagrams('unsubscribe') == 1 }), '... is cleared');
	$late = $s->begin('a.test');
	is($emperor->wait_count(1, 5), 1, '... and is started at once');
	ok($s->heddle->wait_log(qr/spawning vassal one\.ini \(attempt 1\)/), '... with the first attempt');
	$s->send(vassal('a.test', 'one.ini', address => $node->address));
	is(bodies($late), 'node', '... and serves');
	$s->heddle->finish;
});
