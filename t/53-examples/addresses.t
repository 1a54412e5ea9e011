# SPDX-License-Identifier: BSD-2-Clause
# "Getting started": a FastRouter on several addresses, one of each kind. nginx knows no abstract name:
# there the packet is sent without it.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);
use Heddle::OldProgram;
use Heddle::Uwsgi qw(uwsgi_packet);

plan(skip_all => example_missing()) if example_missing();

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($port, $name) = (free_port, "heddle-example-$$");
my @addresses = ("127.0.0.1:$port", "$dir/uwsgi.sock", "\@$name");
my @options = ((map { ('--fastrouter', $_) } @addresses), '--chmod-socket=666');

# Alone it routes nothing; heddle refuses that at the start, uWSGI runs and closes each request.
my ($status, $said) = old_command('fastrouter', @options);
is($status, 2, 'nothing says where requests go');
like($said, qr/give --fastrouter-to, --fastrouter-subscription-server, .*--fastrouter-use-pattern/, '... and what to give');

my $app = example_app('app');
my $router = example_router(@options, '--fastrouter-to', $app->address);
for my $address ("127.0.0.1:$port", "unix:$dir/uwsgi.sock") {
	my $web = nginx([$address]);
	is(example_ask($web, 'example.com'), 'app example.com 0', "nginx with $address");
	$web->stop;
}
my $client = client("\@$name\0");
$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', PATH_INFO => '/', HTTP_HOST => 'example.com'));
like($client->rest, qr/\r\n\r\napp example\.com 0\z/, 'the abstract name, which ends in a NUL');
$router->finish;
ok(!-e "$dir/uwsgi.sock", 'the unix socket is removed');
done_testing();
