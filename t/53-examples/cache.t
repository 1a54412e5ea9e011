# SPDX-License-Identifier: BSD-2-Clause
# Way 3, --fastrouter-use-cache: a script fills the cache that says where requests go; a reload of
# heddle.yaml with the same cache runs it again.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);

plan(skip_all => example_missing()) if example_missing();
plan(skip_all => 'built without Python') if !-e Heddle::binary() =~ s/heddle$/heddle-python.so/r;

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($one, $two) = map { example_app($_) } qw(one two);

sub script {
	my (%items) = @_;
	Heddle::write_file("$dir/foobar.py", join '', "import uwsgi\n\n",
		map { qq(uwsgi.cache_set("$_", "$items{$_}")\n) } sort keys %items);
}

script('example.com' => $one->address, 'unbit.it' => $two->address . ',0',
	'both.com' => join('|', map { $_->address } $one, $two));
my $port = free_port;
my $router = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-use-cache', '--cache', 100,
	'--file', "$dir/foobar.py");
my $web = nginx(["127.0.0.1:$port"]);
ok($router->wait_log(qr/foobar\.py has run/), 'the script has run');
is(example_ask($web, 'example.com'), 'one example.com 0', 'a key');
is(example_ask($web, 'unbit.it'), 'two unbit.it 0', '... with a modifier');
is(join(' ', sort map { example_ask($web, 'both.com') =~ s/ .*//r } 1 .. 4), 'one one two two', '... with two nodes: in turn');
is(example_ask($web, 'nobody.com'), 502, 'another key');
$web->stop;
$router->finish;

# The same in heddle.yaml.
my $h = heddle(<<"END", workers => 2);
services:
  router: {protocol: uwsgi, listen: "127.0.0.1:$port", routes: [{cache: hosts}]}
caches:
  hosts: {script: $dir/foobar.py}
END
ok($h->wait_log(qr/foobar\.py has run/), 'heddle.yaml: the script has run');
$web = nginx(["127.0.0.1:$port"]);
is(example_ask($web, 'example.com'), 'one example.com 0', '... a key');
script('example.com' => $one->address, 'new.com' => $two->address);
my $runs = () = $h->log =~ /foobar\.py has run/g;
is(($h->reload)[0], 0, 'a reload');
ok(until_true(sub { (() = $h->log =~ /foobar\.py has run/g) > $runs }, 10), '... runs it again');
is(example_ask($web, 'new.com'), 'two new.com 0', '... a key that is new in it');
is(example_ask($web, 'example.com'), 'one example.com 0', '... one that was there');
$web->stop;
$h->finish;
done_testing();
