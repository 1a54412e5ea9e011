# SPDX-License-Identifier: BSD-2-Clause
# What uWSGI's fastrouter does wrong with requests, one symptom each, in heddle in its place. The
# numbers are those of faults.md, which says where the others are tested.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_post uwsgi_counted);
use IO::Socket::UNIX;
use Time::HiRes qw(time);

my $dir = File::Temp->newdir('heddle-faults-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $good = backend('uwsgi', name => 'good');
my $spare = backend('uwsgi', name => 'spare');

# The name of the node that answers; '' for a connection that was closed without a byte.
sub ask {
	my ($to, %more) = @_;
	my $client = client($to) or return 'refused';
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'k', %more));
	return $client->rest(20) =~ /\A(\S+)/ ? $1 : '';
}
sub asked { my ($to, $times) = @_; return join ' ', map { ask($to) } 1 .. $times }

my @routers;
sub router {
	my $port = free_port;
	my $router = old_program('fastrouter', '--fastrouter', "127.0.0.1:$port", @_);
	ok($router->wait_log(qr/uWSGI fastrouter bound on/), "@_");
	push @routers, $router;
	return $port;
}
sub to { return map { ('--fastrouter-to', ref $_ ? $_->address : $_) } @_ }
sub fallback { return map { ('--fastrouter-fallback', ref $_ ? $_->address : $_) } @_ }
sub dead { return backend('refusing') }

# 1: a collected body that did not fit into the socket of its node was sent again and again from its
# first byte, and the node marked as dead.
my $count = backend('count', address => "$dir/count");
my $port = router('--fastrouter-post-buffering', 16 << 20, to("$dir/count"));
for my $size (400_000, 8_000_000) {
	my $post = uwsgi_post($size);
	my $client = client($port);
	$client->send($post);
	$client->shut;
	is($client->line(20), uwsgi_counted($post), "1: $size bytes arrive once");
}

# 3: a fallback node that could not even be called left the request hanging, and those behind it unused.
$port = router('--fastrouter-timeout', 10, to(dead()), fallback("$dir/nobody", dead(), $spare));
my $begun = time;
is(ask($port), 'spare', '3: a fallback node behind one that is missing and one that refuses');
cmp_ok(time - $begun, '<', in_time(5), '... at once');

# 5: fallback nodes were not used while the others were passed over, nor for unknown keys.
$port = router(to(dead()), fallback($spare));
is(asked($port, 4), 'spare spare spare spare', '5: each request while the node is passed over');
$port = router('--fastrouter-use-base', "$dir/apps/", fallback($spare), '--fastrouter-fallback-on-no-key');
is(asked($port, 2), 'spare spare', '5: a key that nobody knows');

# 6: a fallback node was preferred to nodes that work, and only three of them were ever tried.
$port = router(to(dead(), $good), fallback($spare));
is(asked($port, 6), join(' ', ('good') x 6), '6: a node that works before a fallback node');
$port = router(to(dead()), fallback(map({ dead() } 1 .. 5), $spare));
is(ask($port), 'spare', '6: the sixth fallback node');

# 9: a client that closed its half lost its answer. 11: modifiers of the web server were zeroed, which
# a drop-in does too: files say otherwise. 20: ports and capital letters of a Host.
my $web = free_port;
my $h = heddle(<<"YAML", workers => 1);
services:
  sites:
    protocol: uwsgi
    listen: ["127.0.0.1:$web", "$dir/web"]
    modifiers: keep
    key: {lowercase: on, strip_port: on, strip_dot: on}
    access_log: {to: "$dir/access.log", format: json}
    routes: [{pattern: "$dir/%s.sock"}]
YAML
my $named = backend('uwsgi', name => 'named', address => "$dir/example.com.sock");
my $client = client($web);
$client->send("\x09" . substr(uwsgi_packet(HTTP_HOST => 'Example.COM.:8000'), 1, 2) . "\x07" . substr uwsgi_packet(HTTP_HOST => 'Example.COM.:8000'), 4);
$client->shut;
my $answer = $client->rest(10);
like($answer, qr/\Anamed /, '9: an answer for who has closed its half; 20: Example.COM.:8000 is example.com');
like($answer, qr{\Anamed 9/7 }, '11: the modifiers of the web server');

# 10: a failure was a silent end, and nowhere in a log.
like(ask($web, HTTP_HOST => 'unknown.test'), qr{\AHTTP/}, '10: a key that nobody knows is answered');

# 22: the address of a client at a unix socket shortened those that came later.
ask("$dir/web", HTTP_HOST => 'example.com');
ask($web, HTTP_HOST => 'example.com');
ok($h->wait_for(sub { (() = Heddle::read_file("$dir/access.log") =~ /\n/g) == 4 }, 10, 'the lines'), '10: each has a line of the log');
my @lines = split /\n/, Heddle::read_file("$dir/access.log");
like($lines[1], qr/"reason":"no_route"/, '10: with the reason');
like($lines[3], qr/"client":"127\.0\.0\.1:\d+"/, '22: the client after one at a unix socket');
$h->finish;

for (@routers) { $_->signal('INT'); is($_->ended, 0, 'it ends') }
done_testing();
