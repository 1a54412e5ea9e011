#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Checks of type uwsgi against servers that answer, fail, and misbehave: what they receive, and the
# sentence of each failure.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use File::Temp;

my $port = free_port;
my $dir = File::Temp->newdir('heddle-uwsgi-check-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;

# A packet with these variables, in their order.
sub packet {
	my ($modifier1, $modifier2, @vars) = @_;
	my $block = join '', map { pack 'v/a*', $_ } @vars;
	return pack('CvC', $modifier1, length $block, $modifier2) . $block;
}
sub request {
	my ($host, $at, %o) = @_;
	return packet(@{ $o{modifiers} // [0, 0] }, QUERY_STRING => $o{query} // '',
		REQUEST_METHOD => $o{method} // 'GET', CONTENT_TYPE => '', CONTENT_LENGTH => '',
		REQUEST_URI => $o{uri} // '/', PATH_INFO => $o{path} // '/',
		SERVER_PROTOCOL => 'HTTP/1.1', REQUEST_SCHEME => 'http',
		REMOTE_ADDR => '127.0.0.1', SERVER_PORT => $at, SERVER_NAME => $host,
		HTTP_HOST => $o{host} // $host, HTTP_USER_AGENT => 'heddle', @{ $o{more} // [] });
}
my $complete = qr/HTTP_USER_AGENT\x06\0heddle/;
sub server { my ($text, %o) = @_; return backend('script', on => $complete, text => $text, %o) }
my $ok = "HTTP/1.1 200 OK\r\n";
my %server = (
	good => server("$ok\r\nready"),
	old => server("HTTP/1.0 204 No Content\r\n\r\n"),
	interim => server("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 302 Found\r\n\r\n"),
	cgi => server("Content-Type: text/plain\r\nStatus: 201 Created\r\n\r\n"),
	cgi_sick => server("Status: 503\nContent-Type: text/plain\n\nsick"),
	cgi_typed => server("X: y\nContent-type: text/plain\n\nok"),
	cgi_without => server("X: y\r\n\r\nok"),
	cgi_wrong => server("Status: fine\r\n\r\n"),
	sick => server("HTTP/1.1 503 Sick\r\n\r\nsick"),
	ssh => server("SSH-2.0-OpenSSH_9.2p1\r\n"),
	binary => server("\0\1\2\3\xff\xfe"),
	uwsgi => server(packet(0, 0, a => 'b')),
	nothing => server(''),
	half => server('HTTP/1.1 20'),
	half_stays => server('HTTP/1.1 20', stay => 1),
	wordless => server("HTTP/1.1 fine\r\n\r\n"),
	resets => backend('resetting', after => 4),
	resets_late => server('HTTP/1.1 2', reset => 1),
	silent => backend('silent'),
	huge => server($ok, more => "X: yyyyyyyyyyyyyyyyyy\r\n"),
	huge_cgi => server("X: y\r\n", more => "X: yyyyyyyyyyyyyyyyyy\r\n"),
	slow => server('H', more => 'TTP/1.1 200 OK', every => 0.1),
	drips => server('Status', more => 'x', every => 0.05),
	refusing => backend('refusing'),
);
my @all = sort keys %server;

my ($protocol, $modifiers) = ('tcp', '');
sub file {
	my ($check, @names) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    protocol: $protocol\n"
		. "    check: {type: uwsgi, interval: 100ms, timeout: 1s, rise: 1, fall: 1$check}\n"
		. "    backends:\n"
		. join '', map { "      $_: {address: \"$server{$_}{address}\"$modifiers}\n" } @names;
}
my $h = heddle(file('', @all), workers => 1);
sub become {
	my ($what, $path, %wanted) = @_;
	my $is = sub { my ($name) = @_;
		my $b = $h->backend('web', $name) or return '';
		return $b->{status} eq 'up' ? 'up' : $b->{reason} // '' };
	for my $name (sort keys %wanted) {
		my $where = "uwsgi $server{$name}{address}$path";
		my $text = $wanted{$name} eq 'up' ? qr/^up$/ : qr/^\Q$where\E: $wanted{$name}$/;
		ok($h->wait_for(sub { $is->($name) =~ $text
			and $h->backend('web', $name)->{check}{at} }, 10, $text), "$what: $name: "
			. $is->($name)) or diag("wanted $text");
	}
}
my $head = 'a head of more than 64 kB, or as much around its chunks';
become('the defaults', '/', (map { $_ => 'up' } qw(good old interim cgi cgi_typed huge slow)),
	sick => 'status 503, wanted 200-399', cgi_sick => 'status 503, wanted 200-399',
	cgi_without => 'not a uwsgi answer: it has no Status, Content-Type or Location in its head',
	cgi_wrong => 'not a uwsgi answer: it has a Status that is none',
	ssh => 'not a uwsgi answer: "SSH-2\.0-OpenSSH_9\.2p1\\\\r\\\\n" begins neither with HTTP/1 '
		. 'nor with a header',
	binary => 'not a uwsgi answer: "\\\\x00\\\\x01\\\\x02\\\\x03\\\\xff\\\\xfe" begins neither '
		. 'with HTTP/1 nor with a header',
	uwsgi => 'not a uwsgi answer: "\\\\x00\\\\x06.*" begins neither .*',
	nothing => 'the answer is missing: closed without one',
	half => 'not a uwsgi answer: it has no status in its first line',
	half_stays => 'no status within 1s', drips => 'no status within 1s',
	wordless => 'not a uwsgi answer: it has no status in its first line',
	resets => 'connection reset by peer', resets_late => 'connection reset by peer',
	silent => 'no answer within 1s', refusing => 'connection refused',
	huge_cgi => "not a uwsgi answer: it has $head");
my $check = $h->backend('web', 'sick')->{check};
is_deeply([@$check{qw(type result detail)}], ['uwsgi', 'fail', 'status 503, wanted 200-399'],
	'the check in the statistics');
like($h->log, qr{down: uwsgi \S+/: status 503, wanted 200-399 \(1 of 1\)}, '... and in the log');

# What is sent, to the byte: who gets something else answers nothing.
my ($sock, $plain) = ("unix:$dir/app.sock", '127.0.0.1:' . free_port);
sub exactly {
	my ($what, $check, $address, $wanted) = @_;
	my $one = backend('script', on => qr/\A\Q$wanted\E\z/, text => "$ok\r\n", address => $address);
	%server = (one => $one);
	my ($code, $out) = $h->reload(file($check, 'one'));
	is($code, 0, $what) or diag($out);
	my $found;
	ok($h->wait_for(sub { $found = $h->backend('web', 'one') or return 0;
		($found->{check} // {})->{at} && $found->{status} eq 'up'
			&& $found->{check}{result} eq 'pass' }, 10, $what), "... is sent as it should be")
		or diag(explain($found));
	$one->stop;
	return $out;
}
my $at = $plain =~ s/.*://r;
exactly('the defaults', '', $plain, request('127.0.0.1', $at));
exactly('a unix socket', ', expect: 200', $sock, request('localhost', 80));
my $code;
my $out = exactly('variables', ', modifier1: 5, modifier2: 255, vars: {PATH_INFO: /health, '
	. 'QUERY_STRING: "a=b c", HTTP_HOST: www.example.net, REQUEST_METHOD: HEAD, X: "", y-Z: "ä=\""}',
	$plain, request('127.0.0.1', $at, modifiers => [5, 255], query => 'a=b c',
		uri => '/health?a=b c', path => '/health', method => 'HEAD',
		host => 'www.example.net', more => [X => '', 'y-Z' => 'ä="']));
like($out, qr/^services\.web\.check\.vars: \{\} -> \{"PATH_INFO": "\/health", .*"X": ""/m,
	'... and said');
($protocol, $modifiers) = ('uwsgi', ', modifier1: 7, modifier2: 9');
exactly('modifiers of the backend', '', $plain, request('127.0.0.1', $at, modifiers => [7, 9]));
exactly('the first one of its own', ', modifier1: 0', $plain,
	request('127.0.0.1', $at, modifiers => [0, 9]));
($protocol, $modifiers) = ('tcp', '');
exactly('a block of 60,000 bytes', ', status: 200, vars: {X: ' . 'x' x 60000 . '}', $plain,
	request('127.0.0.1', $at, more => [X => 'x' x 60000]));
%server = (one => backend('resetting', after => 60000));
is(($h->reload(file(', vars: {X: ' . 'x' x 60000 . "}", qw(one))))[0], 0, 'who takes no such block');
become('a block of 60,000 bytes', '/', one => 'closed without an answer; the request has 60\d\d\d '
	. 'bytes of variables, uWSGI takes 4096 unless its buffer-size is larger');
($code, $out) = $h->reload(file(', vars: {X: ' . 'x' x 65300 . '}', 'one'));
is($code, 1, 'a block of more than 65,535 bytes is refused');
like($out, qr/vars do not fit in a packet of uwsgi, which has at most 65535 bytes of variables/,
	'... with a sentence');

my $api = Heddle::Api->new($h->control);
sub vars { return $api->object('services/web')->{check}{vars} }
is($api->patch('services/web', { check => { vars => { X => undef, A => 'b=c', CONTENT_LENGTH => 0 } } }),
	200, 'variables by the API');
is_deeply(vars(), { A => 'b=c', CONTENT_LENGTH => '0' }, '... are merged, one by one');
is($api->patch('services/web', { check => { vars => { A => "b\n" } } }), 400, 'a line end in one');
is($api->errors, 'services.web.check.vars.A: the value has a control character in it, such as the end '
	. 'of a line', '... is refused');
is($api->patch('services/web', { check => { vars => { X => 'x' x 65300 } } }), 400, 'too many bytes');
is_deeply(vars(), { A => 'b=c', CONTENT_LENGTH => '0' }, '... change nothing');
$h->finish;
done_testing();
