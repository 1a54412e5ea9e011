# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter with subscription servers: nodes that announce themselves have the requests, and
# in cheap mode it accepts only while there are some.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Subscription qw(announcement withdrawal subscriber);
use Heddle::Uwsgi qw(uwsgi_packet);

my $dir = File::Temp->newdir('heddle-fastrouter-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($one, $two, $spare) = map { backend('script', name => $_, on => qr/HTTP_HOST/, text => "$_\n") } qw(one two spare);

sub ask {
	my ($to, $key, %more) = @_;
	my $client = client($to) or return 'cannot connect';
	$client->send(uwsgi_packet(HTTP_HOST => $key, %more));
	return $client;
}

sub request { my $client = ask(@_); return ref $client ? $client->rest(10) =~ s/\n\z//r : $client }

sub router {
	my ($port, $server) = (free_port, free_port);
	my $router = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port",
		'--fastrouter-subscription-server', "127.0.0.1:$server", @_);
	ok($router->wait_log(qr/uWSGI fastrouter bound on 127\.0\.0\.1:$port$/m), "@_: it starts");
	return ($router, $port, subscriber("127.0.0.1:$server"));
}

sub stop {
	my ($router) = @_;
	$router->signal('INT');
	is($router->ended, 0, 'INT ends it with 0');
	unlike($router->output, qr/\[alert\]|ERROR: \w+Sanitizer/, '... without an alert');
}

# Two servers, an algorithm, a fallback key, mountpoints and dotsplit.
my ($router, $port, $udp) = router('--fastrouter-subscription-server', "$dir/s.sock", '--subscription-dotsplit',
	'--fastrouter-subscription-fallback-key', 'spare', '--subscription-mountpoints', 1);
is(request($port, 'a.test', PATH_INFO => '/'), '', 'nobody is subscribed');
$udp->send(announcement('a.test', $one->address));
ok($router->wait_log(qr/a\.test => new node: \Q${\$one->address}\E/), 'the words of uWSGI for a new node');
is(request($port, 'a.test', PATH_INFO => '/'), 'one', 'it has the requests');
my $local = subscriber("$dir/s.sock");
$local->send(announcement('a.test/shop', $two->address));
$local->send(announcement('.b.test', $two->address));
ok($router->wait_log(qr/\.b\.test => new node/), 'the other server');
is(request($port, 'a.test', PATH_INFO => '/shop/1'), 'two', 'a mountpoint');
is(request($port, 'a.test', PATH_INFO => '/shopping'), 'one', '... and what is none');
is(request($port, 'x.y.b.test', PATH_INFO => '/'), 'two', 'dotsplit');
is(request($port, 'unknown', PATH_INFO => '/'), '', 'a key that nobody has');
$udp->send(announcement('spare', $spare->address));
ok($router->wait_log(qr/spare => new node/), 'somebody has the fallback key');
is(request($port, 'unknown', PATH_INFO => '/'), 'spare', '... and gets it');
$udp->send(withdrawal('a.test', $one->address));
ok($router->wait_log(qr/a\.test => marking \Q${\$one->address}\E as failed/), 'the words of uWSGI for one that goes');
is(request($port, 'a.test', PATH_INFO => '/'), 'spare', 'nobody has the key any more');
stop($router);

# Combined: subscriptions, then nodes, then the fallback nodes for those that fail.
my $refusing = backend('refusing');
($router, $port, $udp) = router('--fastrouter-to', $two->address, '--fastrouter-fallback', $spare->address);
is(request($port, 'a'), 'two', 'nobody is subscribed: the nodes that were given');
$udp->send(announcement('a', $one->address));
ok($router->wait_log(qr/a => new node/), 'somebody is');
is(request($port, 'a'), 'one', '... and comes first');
is(request($port, 'b'), 'two', '... for its key');
$udp->send(announcement('c', $refusing->address));
ok($router->wait_log(qr/c => new node/), 'one that refuses');
is(request($port, 'c'), 'two', '... the next way');
stop($router);

# Of a pool whose instances have died but for one, that one has the request, not the fallback node; and
# a unix socket that is missing is one that died.
($router, $port, $udp) = router('--fastrouter-fallback', $spare->address);
my @dead = ("$dir/missing.sock", map { $_->address } map { backend('refusing') } 1 .. 6);
$udp->send(announcement('a', $_)) for @dead, $one->address;
ok($router->wait_log(qr/a => new node: \Q${\$one->address}\E/), 'seven are dead, one lives');
is(join(' ', map { request($port, 'a') } 1 .. 3), 'one one one', '... and has the requests');
$udp->send(withdrawal('a', $one->address));
ok($router->wait_log(qr/a => marking \Q${\$one->address}\E/), 'it unsubscribes');
is(request($port, 'a'), 'spare', '... then it is the fallback node');
ok($router->wait_log(qr/ \(a => marking \Q$_\E as failed\)$/m), 'the words of uWSGI for one that is dead') for @dead[0, 1];
stop($router);

# A fallback node has the modifiers of the node that failed, as uWSGI's.
my $any = backend('uwsgi', name => 'any');
($router, $port, $udp) = router('--fastrouter-fallback', $refusing->address, '--fastrouter-fallback', $any->address);
$udp->send(announcement('php', $refusing->address, modifier1 => 14, modifier2 => 3));
ok($router->wait_log(qr/php => new node/), 'a node of modifier 14 that refuses');
like(request($port, 'php'), qr{\Aany 14/3 }, '... the fallback node has it');
stop($router);

# Cheap: listens while somebody is subscribed. The fallback node alone is no reason.
($router, $port, $udp) = router('--fastrouter-cheap', '--fastrouter-processes', 2, '--subscription-tolerance', 3,
	'--fastrouter-fallback', $spare->address);
like($router->output, qr/starting uWSGI fastrouter in cheap mode$/m, 'cheap mode is told');
for my $turn (1 .. 2) {
	my @waiting = map { ask($port, 'a') } 1 .. 6;
	is(join(' ', map { $_->ended(0.05) } @waiting), 'open open open open open open', 'clients wait');
	$udp->send(announcement('a', $one->address));
	is(join(' ', map { $_->rest(10) } @waiting), join(' ', ("one\n") x 6), '... for the announcement');
	ok(until_true(sub { (() = $router->output =~ /leaving cheap mode\.\.\./g) == $turn }, 10), '... which is told');
	$udp->send(withdrawal('a', $one->address)) if $turn == 1;
	ok(until_true(sub { (() = $router->output =~ /no more nodes available\. Going cheap\.\.\./g) == $turn + 1 }, 10),
		$turn == 1 ? 'cheap again when it unsubscribes' : 'cheap again when it expires');
}
$udp->send(announcement('c', $refusing->address));
is(request($port, 'c'), 'spare', 'a node that fails: the fallback node');
stop($router);
done_testing();
