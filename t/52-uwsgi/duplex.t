# SPDX-License-Identifier: BSD-2-Clause
# Both directions of a uwsgi request at the same time: websockets through nginx, with uWSGI's own
# and with one that sends 16 MB there and back at once; an answer that begins before the body is
# read; and a client that has sent all and closed its half.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Digest::SHA qw(sha1_hex);
use File::Temp;
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_app uwsgi_packet);

my $missing = nginx_missing() || uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

use constant MUCH => 16 << 20;

# /early: 16 MB of answer, and only then what the body was.
my $text = <<'PYTHON';
import hashlib, uwsgi

def early(stream):
    for i in range(256):
        yield bytes(65536)
    sha = hashlib.sha1()
    for piece in iter(lambda: stream.read(65536), b''):
        sha.update(piece)
    yield sha.hexdigest().encode()

def application(environment, start_response):
    if environment['PATH_INFO'] == '/websocket':
        uwsgi.websocket_handshake(environment['HTTP_SEC_WEBSOCKET_KEY'], '')
        while True:
            uwsgi.websocket_send(uwsgi.websocket_recv())
    start_response('200 OK', [])
    return early(environment['wsgi.input'])
PYTHON
my $dir = File::Temp->newdir('heddle-sites-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $app = uwsgi_app($text, address => "$dir/app.test",
	options => ['--processes', 2, '--disable-logging']);
my @raw = (backend('upgrading', address => "$dir/raw.test"),
	backend('count', address => "$dir/count.test"));

sub upgrade {
	my ($web, $host, @header) = @_;
	my $client = $web->client;
	$client->send(join "\r\n", 'GET /websocket HTTP/1.1', "Host: $host", 'Connection: Upgrade',
		@header, '', '');
	$client->read_until(sub { $client->buffered =~ /\r\n\r\n/ });
	my $line = $client->line // '';
	1 while ($client->line // "\r") ne "\r";
	return ($client, $line);
}

# A text frame as clients send it: masked, here with zeros.
sub frame {
	my ($data) = @_;
	my $size = length $data;
	return pack('C2 N', 0x81, 0x80 | $size, 0) . $data if $size < 126;
	return pack('C2 n N', 0x81, 0x80 | 126, $size, 0) . $data;
}

sub websocket {
	my ($web) = @_;
	my ($client, $line) = upgrade($web, 'app.test', 'Upgrade: websocket',
		'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
	like($line, qr/ 101 /, 'a websocket of uWSGI');
	my $good = 0;
	for my $data (map { ("message $_", 'x' x 3000) } 1 .. 20) {
		$client->send(frame($data));
		my $head = length $data < 126 ? 2 : 4;
		my $frame = $client->bytes($head + length $data);
		$good++ if substr($frame, $head) eq $data && ord $frame == 0x81;
	}
	is($good, 40, '  all messages come back');
}

# Sends so much and reads at the same time, and leaves its half open: sha1 of the first $expect
# bytes that came, and the connection.
sub both_ways {
	my ($client, $data, $expect) = @_;
	my ($sha, $got) = (Digest::SHA->new(1), 0);
	until_true(sub {
		vec(my $r = '', fileno $client->socket, 1) = 1;
		my $w = length $data ? $r : '';
		select $r, $w, undef, 1;
		if (length $data) {
			my $n = syswrite $client->socket, $data, 1 << 16;
			substr $data, 0, $n, '' if $n;
		}
		$client->fill(0);
		my $piece = $client->bytes($expect - $got < length $client->buffered
			? $expect - $got : length $client->buffered, 0);
		$sha->add($piece);
		$got += length $piece;
		return $got == $expect && !length $data || !$client->is_open;
	}, 30);
	return $sha->hexdigest;
}

sub request {
	my ($port, $host, @pairs) = @_;
	my $client = client($port) or die "connect: $!\n";
	$client->send(uwsgi_packet(REQUEST_METHOD => 'POST', PATH_INFO => '/early',
		HTTP_HOST => $host, @pairs));
	return $client;
}

sub half_closed {
	my ($port) = @_;
	my $packet = uwsgi_packet(HTTP_HOST => 'count.test');
	my $client = client($port);
	$client->send($packet . 'body');
	$client->shut;
	is($client->rest, length($packet) + 4 . ' ' . sha1_hex($packet . 'body') . "\n",
		'a half that is closed: the node sees it, and its answer comes afterwards');
	$client = request($port, 'app.test', CONTENT_LENGTH => 4);
	$client->send('body');
	$client->shut;
	my $answer = $client->rest(30);
	is(substr($answer, -40), sha1_hex('body'), '  likewise from uWSGI');
}

on_each_event(sub {
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:$port"
    routes: [{base: $dir/}]
YAML
	my $web = nginx(["127.0.0.1:$port"]);
	my $data = Heddle::Client::pattern(0, MUCH);
	websocket($web);
	my ($client, $line) = upgrade($web, 'raw.test', 'Upgrade: echo');
	like($line, qr/ 101 /, 'an upgrade to what nobody knows');
	is(both_ways($client, $data, MUCH), sha1_hex($data), '  16 MB each way at once');
	$client->close;
	half_closed($port);
	$client = request($port, 'app.test', CONTENT_LENGTH => MUCH);
	$client->read_until(sub { $client->buffered =~ /\r\n\r\n/ });
	1 while ($client->line // "\r") ne "\r";
	is(both_ways($client, $data, MUCH), sha1_hex("\0" x MUCH),
		'an answer that begins before the body is read');
	is($client->rest(30), sha1_hex($data), '  and the body arrives');
	$client->close;
	$web->stop;
	$h->finish;
});
