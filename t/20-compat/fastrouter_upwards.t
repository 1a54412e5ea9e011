# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter announces its keys to another router, uWSGI's own, and starts vassals.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Subscription qw(announcement withdrawal subscriber);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_packet uwsgi_router);
use IO::Socket::INET;

my $missing = uwsgi_missing('fastrouter');
plan(skip_all => $missing) if $missing;

my $one = backend('uwsgi', name => 'one');
my $up = '127.0.0.1:' . free_port();
my $original = uwsgi_router('fastrouter', $up);
my $emperor = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die "$@";
my ($port, $server) = (free_port, free_port);
my $router = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port", '--fastrouter-subscription-server',
	"127.0.0.1:$server", '--fastrouter-resubscribe', $up, '--fastrouter-resubscribe-bind', '127.0.0.1:0',
	'--fastrouter-emperor-socket', '127.0.0.1:' . $emperor->sockport, '--fastrouter-defer-connect-timeout', 9);
ok($router->wait_log(qr/uWSGI fastrouter bound on 127\.0\.0\.1:$port$/m), 'it starts');
my $udp = subscriber("127.0.0.1:$server");

$udp->send(announcement('a.test', $one->address));
ok($original->wait_nodes('a.test', ["127.0.0.1:$port"]), 'the original knows the key, at the address of heddle');
# (The original ends a session whose client says no more.)
sub through { my $client = client($_[0]); $client->send(uwsgi_packet(HTTP_HOST => 'a.test', PATH_INFO => '/')); return $client->rest(10) // '' }
like(through($original->address), qr/^one/, '... and has its requests answered through both');
$udp->send(withdrawal('a.test', $one->address));
ok(until_true(sub { through($original->address) eq '' }, 10),
	'the last node goes: nobody has the key there');

$udp->send(announcement('v.test', '', vassal => 'one.ini'));
ok($router->wait_log(qr/v\.test => new node: one\.ini/), 'a vassal is subscribed');
my $client = client($port);
$client->send(uwsgi_packet(HTTP_HOST => 'v.test', PATH_INFO => '/'));
vec(my $ready = '', fileno $emperor, 1) = 1;
ok(select($ready, undef, undef, 10), 'its first request asks the Emperor');
$emperor->recv(my $asked, 4096);
is($asked, pack('C v C', 0, 29, 0) . join('', map { pack 'v/a*', $_ } cmd => 'spawn', vassal => 'one.ini'), '... to spawn it');
$udp->send(announcement('v.test', $one->address, vassal => 'one.ini'));
like($client->rest(10), qr/one/, '... and is answered once it has come');
$router->signal('INT');
is($router->ended, 0, 'INT ends it with 0');
done_testing();
