#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Checks of type expect: what is sent, what is waited for, either alone; at another port or address
# of a backend; and backends that misbehave.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

my $port = free_port;
my $dir = File::Temp->newdir('heddle-expect-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my %server = (
	pong => backend('script', on => qr/^PING\r\n$/, text => "+PONG\r\n", stay => 1),
	busy => backend('script', text => "-ERR \"busy\"\0\r\n"),
	loading => backend('script', text => "-LOADING\r\n", stay => 1),
	first => backend('script', first => 1, text => "220 mail ready\r\n", stay => 1),
	pieces => backend('script', first => 1, text => '2', more => '2', every => 0.002),
	endless => backend('script', first => 1, text => 'x', more => 'x' x 999),
	silent => backend('silent'),
	reset => backend('resetting', after => 1),
	unix => backend('script', on => qr/^PING\r\n$/, text => "+PONG\r\n",
		address => "unix:$dir/redis.sock"),
	refusing => backend('refusing'),
);

# backends: name => what is checked
sub file {
	my ($check, %backends) = @_;
	return "services:\n  web:\n    listen: 127.0.0.1:$port\n    check: {type: expect, "
		. "interval: 100ms, timeout: 1s, rise: 1, fall: 1, $check}\n    backends:\n"
		. join '', map { "      $_: $backends{$_}\n" } sort keys %backends;
}
sub own { return map { $_ => "\"$server{$_}{address}\"" } @_ }
my $h = heddle(file('send: x', own('pong')), workers => 1);
sub become {
	my ($what, %wanted) = @_;
	for my $name (sort keys %wanted) {
		my $is = sub { my $b = $h->backend('web', $name) or return '';
			return '' if !($b->{check} // {})->{at};
			return $b->{status} eq 'up' ? 'up' : $b->{reason} // '' };
		my $text = $wanted{$name} eq 'up' ? qr/^up$/ : qr/^expect \S+: $wanted{$name}$/;
		ok($h->wait_for(sub { $is->() =~ $text }, 10, $text), "$what: $name: " . $is->())
			or diag("wanted $text");
	}
}
sub reload {
	my ($code, $out) = $h->reload(file(@_));
	is($code, 0, $_[0]) or diag($out);
	return $out;
}

my $out = reload('send: "PING\r\n", expect: +PONG', own(qw(pong busy loading silent reset unix)));
like($out, qr/^services\.web\.check\.send: x -> "PING\\r\\n"$/m, 'it is said');
become('both', pong => 'up', unix => 'up',
	busy => 'got "-ERR \\\\"busy\\\\"\\\\x00\\\\r\\\\n" before it closed, wanted "\+PONG"',
	loading => 'got "-LOADING\\\\r\\\\n" within 1s, wanted "\+PONG"',
	silent => 'no answer within 1s', reset => 'connection reset by peer');
reload(q(send: 'PING\x0d\n', expect_regex: '^\+P[ON]+G\r\n$'), own(qw(pong loading)));
become('escapes and an expression', pong => 'up',
	loading => 'got "-LOADING\\\\r\\\\n" within 1s, which does not match expect_regex');
reload(q(expect: 220, expect_regex: "ready\\\\s*$"), own(qw(first silent endless)));
become('the backend speaks first', first => 'up', silent => 'no answer within 1s',
	endless => 'got "x+\.\.\." in 64 kB, wanted "220"');
reload(q(expect_regex: "2{15}"), own(qw(first pieces)));
become('an answer in many pieces', pieces => 'up', first =>
	'got "220 mail ready\\\\r\\\\n" within 1s, which does not match expect_regex');
reload(q(expect_regex: "(x+x+)+[yz]"), own(qw(endless)));
become('an expression that is slow', endless => 'expect_regex takes too long on \d+ bytes');
reload('send: x', own(qw(silent refusing reset)));
become('nothing is expected', silent => 'up', refusing => 'connection refused');
reload('send: "PING\r\n", expect: PONG',
	port => "{address: \"$server{refusing}{address}\", check: {port: ${\$server{pong}->port}}}",
	address => "{address: \"$server{refusing}{address}\", check: {address: "
		. "\"$server{unix}{address}\"}}");
become('elsewhere', port => 'up', address => 'up');
is($h->backend('web', 'address')->{check}{address}, $server{unix}->address, 'which is said');

my ($code, $said) = $h->reload(file('rise: 2', own('pong')) =~ s/rise: 1, //r);
is($code, 1, 'nothing at all is refused');
like($said, qr/type expect needs send, expect or expect_regex/, '... with a sentence');
$h->finish;
done_testing();
