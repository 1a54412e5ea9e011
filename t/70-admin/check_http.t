#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Checks of type http against servers that work, fail, and misbehave: each has its sentence, and
# none disturbs the others.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $port = free_port;
my %answers = (
	good => "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nI am ready.\n",
	interim => "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
	chunked => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		. "6\r\nI am r\r\n5\r\neady.\r\n0\r\n\r\n",
	sick => "HTTP/1.1 503 Sick\r\nContent-Length: 5\r\n\r\nready",
	old => "<html>ready</html>\n",
	ssh => "SSH-2.0-OpenSSH_9.2p1\r\n",
	binary => "\0\1\2\3\xff\xfe",
	nothing => '',
	half => "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nthe begin",
);
my %server = map { $_ => backend('script', name => $_, text => $answers{$_}) } keys %answers;
$server{reset} = backend('script', text => "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nthe ",
	reset => 1);
$server{silent} = backend('silent');
$server{head} = backend('script', text => "HTTP/1.1 200 OK\r\n", more => "X: yyyyyyyyyyyyyyyyyy\r\n");
$server{endless} = backend('script', text => "HTTP/1.1 200 OK\r\n\r\n", more => "never r3ady\n" x 99);
$server{slow} = backend('script', text => "HTTP/1.1 200 OK\r\n\r\n", more => 'x', every => 0.05);

sub file {
	my ($check, @names) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    check: {type: http, interval: 100ms, "
		. "timeout: 1s, rise: 1, fall: 1$check}\n    backends:\n"
		. join '', map { "      $_: \"$server{$_}{address}\"\n" } @names;
}
my @all = sort keys %server;
my $h = heddle(file('', @all), workers => 1);
sub become {
	my ($what, %wanted) = @_;
	my $is = sub { my ($name) = @_;
		my $b = $h->backend('web', $name) or return '';
		return $b->{status} eq 'up' ? 'up' : $b->{reason} // '' };
	for my $name (sort keys %wanted) {
		my $where = "http $server{$name}{address}/ready";
		my $text = $wanted{$name} eq 'up' ? qr/^up$/ : qr/^\Q$where\E: $wanted{$name}$/;
		ok($h->wait_for(sub { $is->($name) =~ $text
			and $h->backend('web', $name)->{check}{at} }, 10, $text), "$what: $name: "
			. $is->($name)) or diag("wanted $text");
	}
}

is(($h->reload(file(', path: /ready', @all)))[0], 0, 'a path');
become('status alone', (map { $_ => 'up' } qw(good interim chunked half endless reset slow head)),
	sick => 'status 503, wanted 200-399',
	old => 'the answer "<html>ready</html>\\\\n" does not begin with HTTP/1',
	ssh => 'the answer "SSH-2\.0-OpenSSH_9\.2p1\\\\r\\\\n" does not begin with HTTP/1',
	binary => 'the answer "\\\\x00\\\\x01\\\\x02\\\\x03\\\\xff\\\\xfe" does not begin with HTTP/1',
	nothing => 'the answer is missing: closed without one',
	silent => 'no answer within 1s');
my $check = $h->backend('web', 'sick')->{check};
is_deeply([@$check{qw(type result detail)}], ['http', 'fail', 'status 503, wanted 200-399'],
	'the check in the statistics');
is($check->{address}, $server{sick}->address, '... with its address');

my ($code, $out) = $h->reload(file(', path: /ready, body: ready', @all));
is($code, 0, 'a body') or diag($out);
like($out, qr/^services\.web\.check\.body: "" -> ready$/m, '... is said');
become('a text', (map { $_ => 'up' } qw(good chunked)),
	sick => 'status 503, wanted 200-399', interim => 'the body "" lacks "ready"',
	half => 'the answer ends within its body', reset => 'connection reset by peer',
	head => 'the answer has a head of more than 64 kB, or as much around its chunks',
	endless => 'the body "never r3ady\\\\nnever r3ady\\\\nnever .*\.\.\." lacks "ready"',
	slow => 'status 200, but not all of the body within 1s');

($code, $out) = $h->reload(file(", path: /ready, status: 503, body_regex: '^rea?dy\$'", @all));
is($code, 0, 'an expression') or diag($out);
become('an expression', sick => 'up', good => 'status 200, wanted 503',
	endless => 'status 200, wanted 503');
($code, $out) = $h->reload(file(", path: /ready, body_regex: '^(\\w|[a-z 0-9\\n])*X\\d*Y'", @all));
become('an expression that is slow', endless => 'body_regex takes too long on a body of \d+ bytes',
	good => '(?:the body "I am ready\.\\\\n" does not match body_regex)');

($code, $out) = $h->reload(file(", path: /ready, body_regex: '(a'", @all));
is($code, 1, 'a wrong expression is refused');
like($out, qr/body_regex: "\(a" is not a regular expression; missing closing parenthesis at byte 2/,
	'... with the place');
my $log = $h->log;
like($log, qr{down: http \S+/ready: status 503, wanted 200-399 \(1 of 1\)}, 'a line for a death');
like($log, qr{up: http \S+/ready \(1 of 1\), downtime: }, '... and for a life');
$h->finish;
done_testing();
