# SPDX-License-Identifier: BSD-2-Clause
# "Mapping files": an instance that subscribes with the keys of a file (--subscribe-to SERVER:@FILE).
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);

plan(skip_all => example_missing()) if example_missing();

my ($port, $server) = (free_port, '127.0.0.1:' . free_port);
my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
Heddle::write_file("$dir/mappings.txt", <<'END');
# mappings.txt
unbit.it
unbit.it:8000,5
uwsgi.it
projects.unbit.it
END

my $router = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-subscription-server', $server);
# nginx of Debian takes the port off HTTP_HOST; with this key it is there.
my $web = nginx(["127.0.0.1:$port"], 'uwsgi_param UWSGI_FASTROUTER_KEY $http_host;');
my $app = example_app('app', options => ['--subscribe-to', "$server:\@$dir/mappings.txt", '--subscribe-freq', 1]);
ok($router->wait_log(qr/\Q$_\E => new node: \Q${\$app->address}\E /), "$_ is subscribed")
	for qw(unbit.it unbit.it:8000 uwsgi.it projects.unbit.it);
is(scalar(() = $router->output =~ / => new node: /g), 4, 'the comment is no key');
is(example_ask($web, $_), "app $_ 0", $_) for qw(unbit.it uwsgi.it projects.unbit.it);
example_ask($web, 'unbit.it:8000');
ok(until_true(sub { $app->output =~ /unavailable modifier requested: 5/ }, 10), 'unbit.it:8000 has modifier 5');
is(example_ask($web, 'www.unbit.it'), 502, 'no other key');

# The file is read again with each announcement.
Heddle::write_file("$dir/mappings.txt", "www.unbit.it\n");
ok($router->wait_log(qr/www\.unbit\.it => new node/), 'a key that is added to the file');
is(example_ask($web, 'www.unbit.it'), 'app www.unbit.it 0', '... is served');
$app->stop;
ok($router->wait_log(qr/www\.unbit\.it => marking \S+ as failed/), 'the instance stops: its keys go');
is(example_ask($web, 'www.unbit.it'), 502, '... nobody serves them');
$web->stop;
$router->finish;
done_testing();
