# SPDX-License-Identifier: BSD-2-Clause
# An unmodified nginx in front, unmodified uWSGI instances behind: requests, uploads of all sizes,
# slow clients, long headers, answers without end, and a wrong Host, which costs nobody else.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Digest::SHA qw(sha1_hex);
use File::Temp;
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_app);

my $missing = nginx_missing() || uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

# /sha1: of the body; /echo: of a header line; /progress: how much of the body has come, in a
# file; /bytes: so many; /endless: until nobody reads.
my $text = <<'PYTHON';
import hashlib, os
folder = os.path.dirname(os.path.abspath(__file__))
block = bytes(range(256)) * 256

def body(stream):
    sha, size = hashlib.sha1(), 0
    for piece in iter(lambda: stream.read(65536), b''):
        sha.update(piece)
        size += len(piece)
    return [b'%d %s' % (size, sha.hexdigest().encode())]

def progress(stream):
    size = 0
    while stream.read(1):
        size += 1
        with open(folder + '/next', 'w') as file:
            file.write(str(size))
        os.rename(folder + '/next', folder + '/progress')
    return [b'%d' % size]

def blocks(count):
    while count != 0:
        count -= 1
        yield block

def application(environment, start_response):
    path, stream = environment['PATH_INFO'], environment['wsgi.input']
    start_response('200 OK', [('Content-Type', 'application/octet-stream')])
    if path == '/sha1':
        return body(stream)
    if path == '/progress':
        return progress(stream)
    if path == '/header':
        lines = sorted(k for k in environment if k.startswith('HTTP_X_LONG'))
        return [hashlib.sha1(environment[k].encode()).hexdigest().encode() for k in lines]
    if path == '/bytes':
        return blocks(320)
    if path == '/endless':
        return blocks(-1)
    return [environment['HTTP_HOST'].encode()]
PYTHON
my $answer_sha = sha1_hex(pack('C*', 0 .. 255) x 256 x 320);
my $piece = join '', map { pack 'N', $_ * 2654435761 & 0xffffffff } 1 .. 1 << 18;	# 1 MB
my $dir = File::Temp->newdir('heddle-sites-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my @options = (options => ['--processes', 4, '--buffer-size', 65535, '--disable-logging']);
my $unix = uwsgi_app($text, address => "$dir/unix.test", @options);
my $tcp = uwsgi_app($text, @options);

sub expected {
	my ($size) = @_;
	my $sha = Digest::SHA->new(1);
	for (my $left = $size; $left > 0; $left -= length $piece) {
		$sha->add($left < length $piece ? substr $piece, 0, $left : $piece);
	}
	return "$size " . $sha->hexdigest;
}

# Sends a body of this size, in chunks of HTTP if it is to be; what the application made of it.
sub post {
	my ($web, $host, $size, $chunked) = @_;
	my $client = $web->client;
	my $how = $chunked ? 'Transfer-Encoding: chunked' : "Content-Length: $size";
	$client->send("POST /sha1 HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n$how\r\n\r\n");
	for (my $left = $size; $left > 0; $left -= length $piece) {
		my $part = $left < length $piece ? substr $piece, 0, $left : $piece;
		$part = sprintf("%x\r\n", length $part) . "$part\r\n" if $chunked;
		$client->send($part, 30) or last;
	}
	$client->send("0\r\n\r\n") if $chunked;
	return (Heddle::Nginx::answer($client, 30))[1];
}

sub uploads {
	my ($web, $how) = @_;
	for my $size (1, 2, 4095, 65_535, 65_536, 1 << 20, 5_000_003) {
		is(post($web, $_, $size), expected($size), "$how: $size bytes for $_")
			for qw(unix.test tcp.test);
	}
	is(post($web, $_, 100_000_000), expected(100_000_000), "$how: 100 MB for $_")
		for $how eq 'streamed' ? 'unix.test' : 'tcp.test';
	is(post($web, $_, 3_000_001, 1), expected(3_000_001), "$how: in chunks for $_")
		for qw(unix.test tcp.test);
}

# Each byte is sent when the one before it is known to have arrived.
sub slow_sender {
	my ($web) = @_;
	my $client = $web->client;
	my $arrived = sub { Heddle::read_file($unix->dir . '/progress') || 0 };
	$client->send("POST /progress HTTP/1.1\r\nHost: unix.test\r\nConnection: close\r\n"
		. "Content-Length: 30\r\n\r\n");
	my $count = 0;
	for my $byte (1 .. 30) {
		$client->send('x');
		until_true(sub { $arrived->() == $byte }, 10) or last;
		$count++;
	}
	is($count, 30, 'a slow client: each byte is at the application before the next one');
	is((Heddle::Nginx::answer($client))[1], 30, '  and its answer comes');
	unlink $unix->dir . '/progress';
}

# Reads only when nothing moves any more.
sub slow_reader {
	my ($web, $h) = @_;
	my $client = client($web->address, receive_buffer => 16384);
	$client->send("GET /bytes HTTP/1.1\r\nHost: unix.test\r\nConnection: close\r\n\r\n");
	my ($last, $same) = (-1, 0);
	until_true(sub {
		my $sent = ($h->service('sites') // {})->{bytes_to_client} // 0;
		$same = $sent == $last ? $same + 1 : 0;
		$last = $sent;
		return $same == 5;
	}, 10);
	my ($status, $body) = Heddle::Nginx::answer($client, 30);
	is($status, 200, 'a client that reads late');
	is(sha1_hex($body), $answer_sha, '  has all of the answer');
}

sub long_headers {
	my ($web) = @_;
	my @values = map { $_ x 21_000 } qw(a b c);
	my ($status, $body) = $web->get('/header', 'unix.test',
		map { "X-Long-$_: $values[$_]" } 0 .. 2);
	is($status, 200, '63 kB of headers');
	is($body, join('', map { sha1_hex($_) } @values), '  arrive');
}

sub endless {
	my ($web, $h) = @_;
	my $client = $web->client;
	$client->send("GET /endless HTTP/1.1\r\nHost: unix.test\r\nConnection: close\r\n\r\n");
	my $got = 0;
	while ($got < 50_000_000) {
		my $n = length $client->bytes(1 << 18) or last;
		$got += $n;
	}
	cmp_ok($got, '>=', 50_000_000, 'an answer without end: 50 MB of it');
	is(($web->get('/', 'tcp.test'))[0], 200, '  beside others');
	$client->close;
}

# With one wrong name closed in silence, nginx would take both routers for dead for 10 s.
sub wrong_names {
	my ($web) = @_;
	for my $name (qw(other.test .hidden)) {
		my ($status, $body) = $web->get('/', $name);
		is("$status $body", '404 ', "an unknown name: $name");
		my @good = map { ($web->get('/', 'unix.test'))[0] } 1 .. 10;
		is("@good", join(' ', (200) x 10), '  ten good requests after it');
	}
	unlike($web->log, qr/no live upstreams|upstream server temporarily disabled/,
		'no router was taken for dead');
}

on_each_event(sub {
	my ($one, $two) = (free_port, free_port);
	my $h = heddle(<<"YAML");
services:
  sites:
    protocol: uwsgi
    listen: ["127.0.0.1:$one", "127.0.0.1:$two"]
    routes:
      - base: $dir/
      - match: {regex: '^tcp\\.test\$', address: "${\$tcp->address}"}
YAML
	my @routers = map { "127.0.0.1:$_" } $one, $two;
	my $web = nginx(\@routers);
	my $direct = nginx(\@routers, 'uwsgi_request_buffering off; uwsgi_buffering off;');
	for my $host (qw(unix.test tcp.test)) {
		my ($status, $body) = $web->get('/', $host);
		is("$status $body", "200 $host", "GET for $host");
	}
	uploads($web, 'buffered by nginx');
	uploads($direct, 'streamed');
	slow_sender($direct);
	slow_reader($direct, $h);
	long_headers($web);
	endless($direct, $h);
	wrong_names($web);
	$_->stop for $web, $direct;
	$h->finish;
});
