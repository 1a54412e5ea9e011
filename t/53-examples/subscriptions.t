# SPDX-License-Identifier: BSD-2-Clause
# Way 4, --fastrouter-subscription-server: instances that subscribe, with several keys, a modifier, a
# port that the system chooses, to several FastRouters; and several instances for one key.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);

plan(skip_all => example_missing()) if example_missing();

my (@routers, @servers, @webs);
for my $n (0 .. 1) {
	my $port = free_port;
	$servers[$n] = '127.0.0.1:' . free_port;
	$routers[$n] = example_router('--fastrouter', "127.0.0.1:$port", '--fastrouter-subscription-server', $servers[$n]);
	$webs[$n] = nginx(["127.0.0.1:$port"]);
}
is(example_ask($_, 'example.com'), 502, 'nobody has subscribed') for @webs;

# Waits for nodes of these keys at a router.
sub subscribed {
	my ($router, @keys) = @_;
	ok($router->wait_log(qr/\Q$_\E => new node: /), "$_ is subscribed") for @keys;
}

sub to { my ($server, @keys) = @_; return map { ('--subscribe-to', "$server:$_") } @keys }

# uwsgi --socket :3031 -M --subscribe-to 192.168.0.100:7000:example.com
my $first = example_app('first', address => ':' . free_port, options => [to($servers[0], 'example.com')]);
# uwsgi --socket :3032 -M --subscribe-to ...:unbit.it,5 --subscribe-to ...:uwsgi.it
my $second = example_app('second', address => ':' . free_port, options => [to($servers[0], 'unbit.it,5', 'uwsgi.it'),
	to($servers[1], 'uwsgi.it')]);
subscribed($routers[0], qw(example.com unbit.it uwsgi.it));
subscribed($routers[1], qw(uwsgi.it));
is(example_ask($webs[0], 'example.com'), 'first example.com 0', 'example.com');
is(example_ask($webs[0], 'uwsgi.it'), 'second uwsgi.it 0', 'uwsgi.it');
is(example_ask($webs[1], 'uwsgi.it'), 'second uwsgi.it 0', '... by the other router');
is(example_ask($webs[1], 'example.com'), 502, '... which does not know example.com');
is(example_ask($webs[0], 'example.com:8000'), 'first example.com 0', 'with Debian\'s uwsgi_params the port is no part of the key');

# This uWSGI has no plugin with modifier 5, Perl, and logs a request for it.
example_ask($webs[0], 'unbit.it');
ok(until_true(sub { $second->output =~ /unavailable modifier requested: 5/ }, 10), 'unbit.it has modifier 5');

# uwsgi --socket 192.168.0.100:0 -M --subscribe-to 192.168.0.100:7000:example.com
# It listens first where the harness looks for it; socket 0, which it announces, has a port of its own.
my $address = '127.0.0.1:' . free_port;
my $third = Heddle::Uwsgi::prepare(plugin => 'python3', address => $address);
Heddle::write_file($third->dir . '/app.py', "def application(e, s):\n    s('200 OK', [])\n    return [b'third']\n");
$third->{arguments} = ['--socket', '127.0.0.1:0', '--socket', $address, '--wsgi-file', $third->dir . '/app.py',
	to($servers[0], 'example.com')];
$third->start;
my $node = qr/example\.com => new node: 127\.0\.0\.1:(\d+)/;
ok(until_true(sub { (() = $routers[0]->output =~ /$node/g) == 2 }, 10), 'port 0 is subscribed');
my ($port) = ($routers[0]->output =~ /$node/g)[-1];
isnt($port, $address =~ s/.*://r, '... with the port that the system has chosen');

my %answers;
$answers{ (split / /, example_ask($webs[0], 'example.com'))[0] }++ for 1 .. 20;
is_deeply(\%answers, { first => 10, third => 10 }, 'two instances with the same key are balanced');
$third->kill;
%answers = ();
$answers{ (split / /, example_ask($webs[0], 'example.com'))[0] }++ for 1 .. 20;
is_deeply(\%answers, { first => 20 }, '... and monitored: one is killed, no request fails');
$first->stop;
ok($routers[0]->wait_log(qr/example\.com => marking 127\.0\.0\.1:\d+ as failed \(unsubscribed\)/), 'the other one is stopped: it unsubscribes');
is(example_ask($webs[0], 'example.com'), 502, 'nobody is left');
$_->stop for $second, @webs;
$_->finish for @routers;
done_testing();
