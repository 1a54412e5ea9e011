# SPDX-License-Identifier: BSD-2-Clause
# "Notes": where the key comes from, and how long a node may be silent (--fastrouter-timeout).
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);

plan(skip_all => example_missing()) if example_missing();

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $port = free_port;
my @apps = map { example_app($_, address => "$dir/$_") } qw(variable host server);
my $router = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-use-base', "$dir/", '--fastrouter-timeout', 2);
my %of = (UWSGI_FASTROUTER_KEY => 'variable', HTTP_HOST => 'host', SERVER_NAME => 'server');

# A request whose variables are these: nginx has Debian's uwsgi_params, and what is given again.
for (['variable', qw(UWSGI_FASTROUTER_KEY HTTP_HOST SERVER_NAME)], ['variable', qw(SERVER_NAME HTTP_HOST
	UWSGI_FASTROUTER_KEY)], ['host', qw(SERVER_NAME HTTP_HOST)], ['host', qw(HTTP_HOST SERVER_NAME)])
{
	my ($wanted, @variables) = @$_;
	my $web = nginx(["127.0.0.1:$port"], join ' ', map { "uwsgi_param $_ $of{$_};" } @variables);
	like(example_ask($web, 'nobody'), qr/^$wanted /, "@variables");
	$web->stop;
}

# An application that answers after 60 s, behind a router that waits for 2 s.
my $text = "import time\ndef application(e, s):\n    time.sleep(60)\n    s('200 OK', [])\n    return [b'late']\n";
my $slow = Heddle::Uwsgi::uwsgi_app($text, address => "$dir/slow");
my $web = nginx(["127.0.0.1:$port"]);
my $begin = time;
is(($web->get('/', 'slow'))[0], 502, '--fastrouter-timeout 2: the request ends');
cmp_ok(time - $begin, '<', 30, '... long before the application answers');
is(example_ask($web, 'host'), 'host host 0', '... and others are served');
$web->stop;
$slow->kill;
$router->finish;
done_testing();
