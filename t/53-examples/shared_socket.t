# SPDX-License-Identifier: BSD-2-Clause
# "Cheap mode and shared sockets": a web server, a local application and a FastRouter in cheap mode on
# one socket. The documentation has both in one uWSGI; here whoever starts them opens the socket, and
# heddle and a uWSGI inherit it, as docs/from-fastrouter.md says.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child ();
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);
use IO::Socket::IP;
use POSIX ();

plan(skip_all => example_missing()) if example_missing();

my $shared = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Listen => 1024) or die "$!";
my $port = $shared->sockport;
my $server = '127.0.0.1:' . free_port;
my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
Heddle::write_file("$dir/router.ini", <<"END");
[uwsgi]
; bind the fastrouter to the shared socket
fastrouter = fd://${\fileno $shared}
; having a master is always a good thing...
master = true
; our subscription server
fastrouter-subscription-server = $server
; and put the fastrouter in cheap mode
fastrouter-cheap = true
END

my $pid = launch({ out => "$dir/log", err => "$dir/log", keep => [$shared] }, Heddle::binary(), 'fastrouter', '--ini',
	"$dir/router.ini");
my $router = bless { pid => $pid, dir => $dir, out => "$dir/log", owner => $$ }, 'Heddle::Example';
ok($router->wait_log(qr/starting uWSGI fastrouter in cheap mode/), 'a router in cheap mode');
my $local = example_app('local', address => "127.0.0.1:$port", inherit => $shared, options => ['--processes', 4]);
my $web = nginx(["127.0.0.1:$port"]);

sub answers {
	my ($count) = @_;
	my %answers;
	$answers{ (split / /, example_ask($web, 'example.com'))[0] }++ for 1 .. $count;
	return \%answers;
}

is_deeply(answers(100), { local => 100 }, 'no node is subscribed: the local application has all requests');
my $remote = example_app('remote', options => ['--subscribe-to', "$server:example.com"]);
ok($router->wait_log(qr/leaving cheap mode\.\.\./), 'a node subscribes');
my %seen;
ok(until_true(sub { $seen{$_} += 1 for keys %{ answers(10) }; $seen{local} && $seen{remote} }, 10), 'both have requests');
is(join(' ', sort keys %seen), 'local remote', '... and none has failed');
$remote->stop;
# The line is there from the start as well.
ok($router->wait_log(qr/leaving cheap mode(?s:.*)no more nodes available\. Going cheap\.\.\./), 'all nodes go: cheap mode again');
is_deeply(answers(100), { local => 100 }, '... and the local application has all requests');
$web->stop;
$local->stop;
$router->finish;
done_testing();
