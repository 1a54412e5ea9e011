# SPDX-License-Identifier: BSD-2-Clause
# "Post-buffering mode": behind a web server that streams bodies, an application with one process is
# busy for as long as a client sends, unless the FastRouter collects the body first.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_router);
use Heddle::Nginx qw(nginx);
use Heddle::Uwsgi qw(uwsgi_app);

plan(skip_all => example_missing()) if example_missing();

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
# It writes down which request it has begun with.
mkdir "$dir/begun";
my $app = uwsgi_app(<<"END", address => "$dir/app.socket");
def application(environment, start_response):
    open('$dir/begun/' + environment['HTTP_HOST'], 'w').close()
    size = len(environment['wsgi.input'].read())
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'app %s %d' % (environment['HTTP_HOST'].encode(), size)]
END

# Without post-buffering, then with it. The slow client has sent a part of its body.
sub uploads {
	my ($what, $lines, $busy) = @_;
	my $port = free_port;
	Heddle::write_file("$dir/router.ini", "[uwsgi]\nfastrouter = 127.0.0.1:$port\nfastrouter-to = $dir/app.socket\n$lines");
	my $router = example_router('--ini', "$dir/router.ini");
	my $web = nginx(["127.0.0.1:$port"], 'uwsgi_request_buffering off;');
	for my $size (4000, 300_000) {
		my $slow = $web->client;
		$slow->send("POST / HTTP/1.1\r\nHost: slow.com\r\nConnection: close\r\nContent-Length: $size\r\n\r\n"
			. 'x' x ($size - 1));
		ok(until_true(sub { -e "$dir/begun/slow.com" }, 10), "$what: $size bytes: the application waits") if $busy;
		my $quick = $web->client;
		$quick->send("GET / HTTP/1.1\r\nHost: quick.com\r\nConnection: close\r\n\r\n");
		# With a busy application there is nothing to wait for: it must not answer.
		if ($busy) { is($quick->ended(0.5), 'open', '... and another request with it') }
		else { is((Heddle::Nginx::answer($quick))[1], 'app quick.com 0', "$what: $size bytes: another request is answered at once") }
		is(-e "$dir/begun/slow.com" ? 'begun' : 'not begun', $busy ? 'begun' : 'not begun', '... of the first one the application knows what it should');
		$slow->send('x');
		is((Heddle::Nginx::answer($slow))[1], "app slow.com $size", '... the last byte is sent: it is answered');
		is((Heddle::Nginx::answer($quick))[1], 'app quick.com 0', '... and then the other one') if $busy;
		unlink glob "$dir/begun/*";
	}
	$web->stop;
	$router->finish;
}

uploads('streamed', '', 1);
uploads('collected', "fastrouter-post-buffering = 8192\n", 0);
$app->stop;
done_testing();
