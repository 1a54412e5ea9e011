# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter carries requests: its ways to a node, its fallback nodes, its signals.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter qw(can_pass);
use Heddle::OldProgram;
use IO::Socket::UNIX;

plan skip_all => 'services of the uwsgi protocol come later' if !can_pass('');

my $dir = File::Temp->newdir('heddle-fastrouter-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;

sub node {
	my ($name, @address) = @_;
	return backend('script', name => $name, on => qr/HTTP_HOST/, text => "$name\n",
		@address ? (address => "$dir/$address[0]") : ());
}

sub request {
	my ($to, $key) = @_;
	my $block = pack 'v/a* v/a*', 'HTTP_HOST', $key;
	my $client = client($to) or return 'cannot connect';
	$client->send(pack('CvC', 0, length $block, 0) . $block);
	return $client->rest(10) =~ s/\n\z//r;
}

sub router {
	my $port = free_port;
	my $router = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port", @_);
	ok($router->wait_log(qr/uWSGI fastrouter bound on 127\.0\.0\.1:$port$/m), "@_: it starts");
	return ($router, $port);
}

sub stop {
	my ($router) = @_;
	$router->signal('INT');
	is($router->ended, 0, 'INT ends it with 0');
	like($router->output, qr/SIGINT\/SIGTERM received\.\.\.killing workers/, '... and that is told');
	like($router->output, qr/goodbye to uWSGI\.$/m, '... to the end');
}

my ($based, $patterned, $one, $two, $spare) = (node('based', 'based'), node('patterned', 'p.sock'),
	node('one'), node('two'), node('spare'));

# Ways: pattern before base; a key that neither knows is closed without a byte.
my ($router, $port) = router('--fastrouter-use-base', "$dir/", '--fastrouter-use-pattern', "$dir/%s.sock",
	'--fastrouter-fallback', $spare->address);
is(request($port, 'p'), 'patterned', 'pattern');
is(request($port, 'based'), 'based', 'base');
is(request($port, 'unknown'), '', 'a key that nobody knows, with a fallback node');
is(request($port, '../based'), '', 'a key that leaves the folder');
IO::Socket::UNIX->new(Local => "$dir/refusing", Listen => 1)->close;
is(request($port, 'refusing'), 'spare', 'a unix socket that refuses: the fallback node');
$router->signal('HUP');
ok($router->wait_log(qr/SIGHUP received: nothing is read again, and no request is cut$/m), 'HUP is told');
is(request($port, 'based'), 'based', '... and changes nothing');
stop($router);

($router, $port) = router('--fastrouter-use-base', "$dir/", '--fastrouter-fallback', $spare->address,
	'--fastrouter-fallback-on-no-key');
is(request($port, 'unknown'), 'spare', 'a key that nobody knows, with -on-no-key');
stop($router);

# Static nodes: in turns; the other one for one that fails, then the fallback node.
($router, $port) = router('--fastrouter-to', $one->address, '--fastrouter-to', $two->address,
	'--fastrouter-fallback', $spare->address, '--fastrouter-gracetime', 1);
is(join(' ', map { request($port, 'k') } 1 .. 4), 'one two one two', 'in turns');
$one->stop;
is(join(' ', map { request($port, 'k') } 1 .. 4), 'two two two two', 'one is dead');
$two->stop;
is(join(' ', map { request($port, 'k') } 1 .. 4), 'spare spare spare spare', 'both are');
$one->start;
is(until_true(sub { request($port, 'k') eq 'one' }, 10), 1, 'one is used again after its grace time');
stop($router);

# All of the fallback nodes have a try for the client that finds out, not the first three alone.
my @dead = map { backend('refusing') } 1 .. 6;
my @fallbacks = map { ('--fastrouter-fallback', $_->address) } @dead[1 .. 5], $spare;
($router, $port) = router('--fastrouter-to', $dead[0]->address, @fallbacks);
is(request($port, 'k'), 'spare', 'the sixth fallback node');
stop($router);
($router, $port) = router('--fastrouter-to', $dead[0]->address, @fallbacks, '--fastrouter-max-retries', 2);
is(request($port, 'k'), '', '... with --fastrouter-max-retries no further than that');
stop($router);

# Cheap: nobody is accepted while no node can be connected to, from the start on.
my $late = backend('script', name => 'late', on => qr/HTTP_HOST/, text => "late\n");
$late->stop;
($router, $port) = router('--fastrouter-to', $late->address, '--fastrouter-cheap', '--fastrouter-gracetime', 1);
my $block = pack 'v/a* v/a*', 'HTTP_HOST', 'k';
my @waiting = map { client($port) } 1 .. 5;
$_->send(pack('CvC', 0, length $block, 0) . $block) for @waiting;
ok($router->wait_log(qr/no backend is usable, clients wait/), 'cheap: no node, and that is told');
is(join(' ', map { $_->ended(0.2) } @waiting), 'open open open open open', '... no client is closed');
$late->start;
is(join('', map { $_->rest(10) } @waiting), "late\n" x 5, '... until the node is there');
stop($router);

# An abstract name ends in a NUL, as uWSGI's does; an address that is taken.
my $name = "heddle-fastrouter-$$";
$port = free_port;
$router = old_program('fastrouter', '--fastrouter', "\@$name", '--fastrouter', "127.0.0.1:$port", '--fastrouter-to', $one->address);
ok($router->wait_log(qr/bound on \@$name$/m), 'an abstract name');
# of all processes: a line may be left out while others before it go
ok(until_true(sub { Heddle::read_file('/proc/net/unix') =~ / \@$name\@$/m }, 5), '... with its NUL');
my ($status, $output) = old_command('fastrouter', '--fastrouter', "127.0.0.1:$port", '--fastrouter-to', $one->address);
is($status, 1, 'an address that is taken: exit 1');
like($output, qr/bind\(\): .*127\.0\.0\.1:$port/, '... and it is named');
stop($router);

# Of --uid are its unix sockets, too, and a node of that user can announce itself.
SKIP: {
	skip 'only root changes users', 5 if $> != 0;
	my @daemon = (getpwnam 'daemon')[2, 3];
	$router = old_program('fastrouter', '--fastrouter', "$dir/owned", '--fastrouter-subscription-server', "$dir/servers", '--uid', 'daemon', '--gid', 'daemon');
	ok($router->wait_log(qr/subscription server bound on \Q$dir\E\/servers$/m), '--uid with unix sockets');
	is_deeply([map { (stat "$dir/$_")[4, 5] } qw(owned servers)], [@daemon, @daemon], '... which are of that user');
	stop($router);
}

# Detached, with a pid file and a log.
$port = free_port;
($status) = old_command('fastrouter', '--fastrouter', "127.0.0.1:$port", '--fastrouter-to', $one->address,
	'--daemonize', "$dir/log", '--pidfile', "$dir/router.pid");
is($status, 0, '--daemonize');
is(request($port, 'k'), 'one', '... it serves');
my ($pid) = Heddle::read_file("$dir/router.pid") =~ /\A(\d+)$/;
ok($pid && kill('TERM', $pid), '... and ends');
ok(until_true(sub { Heddle::read_file("$dir/log") =~ /goodbye to uWSGI\.$/m }, 10), '... with its last words');
done_testing();
