#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Keys of an enemy: none leaves the folder of its route, becomes another kind of address, or keeps
# the next route from its turn.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use File::Temp;

my $dir = File::Temp->newdir('heddle-escapes-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
mkdir "$dir/$_" for 'in', 'in/site', 'in/.hidden', 'out';
symlink "$dir/in", "$dir/link";
my ($base, $pattern, $ports, $whole, $match, $both, $link) = map { free_port } 1 .. 7;
sub node { my ($text, $address) = @_;
	return backend('script', on => qr/THE END/, text => "$text\n", address => $address) }
my @nodes = (node('inside', "$dir/in/ok"), node('app', "$dir/in/site/app.sock"),
	node('hidden', "$dir/in/.hidden/app.sock"), node('dotted', "$dir/in/.dotted"),
	node('outside', "$dir/outside"), node('other', "$dir/out/app.sock"),
	node('above', "$dir/app.sock"), node('long', "$dir/in/" . 'k' x 40));
my $fallback = node('fallback', '127.0.0.1:' . free_port);
my $tcp = node('tcp', '127.0.0.1:' . free_port);
my $abstract = node('abstract', "\@heddle-escapes-$$");
my ($tcp_port) = $tcp->address =~ /:(\d+)$/;

my $service = sub { my ($name, $port, @routes) = @_;
	return "  $name:\n    protocol: uwsgi\n    listen: [127.0.0.1:$port, $dir/in/own-$name]\n    routes:\n"
		. join '', map { "      - $_\n" } @routes, "{name: last, nodes: [\"${\$fallback->address}\"]}" };
my $h = heddle("access_log: {to: ./access.log, format: json}\nservices:\n"
	. $service->(base => $base, "base: $dir/in/")
	. $service->(link => $link, "base: $dir/link/")
	. $service->(pattern => $pattern, "pattern: $dir/in/%s/app.sock")
	. $service->(ports => $ports, "pattern: '127.0.0.1:%s'")
	. $service->(whole => $whole, "pattern: '%s'")
	. $service->(match => $match, "match: {regex: '^([^:]*)(:.*)?\$', address: '$dir/in/\$1'}",
		"match: {regex: '(.*)', address: '$dir/in/\$1/app.sock'}")
	. $service->(both => $both, "match: {regex: '^(.?)(.*)\$', address: '$dir/in/\$1\$2'}"), workers => 1);

sub request {
	my ($port, $key) = @_;
	my $client = client($port) or return "connect: $!";
	$client->send(uwsgi_packet(HTTP_HOST => $key) . 'THE END');
	my $answer = $client->rest;
	$client->close;
	return $answer =~ s/\n\z//r;
}
sub shown { my ($key) = @_; return $key =~ s/([^!-~])/sprintf '\x%02x', ord $1/ger }
sub all { my ($what, $port, $wanted, @keys) = @_;
	is(request($port, $_), $wanted, "$what: " . shown(length $_ > 50 ? substr($_, 0, 50) . '...' : $_))
		for @keys }

my @climb = ('..', '.', '../outside', '../../../../../../etc/passwd', '/', '/etc/passwd', "$dir/outside",
	'./ok', 'ok/', 'ok/../../outside', 'site/../ok', '..\\outside', "ok\0", "\0", "ok\0.example",
	"..\0", '%2e%2e%2foutside', '%s', '%%', '%(', '$1', '\\1', '.dotted', '.hidden', '...', ' ', ' ok', 'ok ',
	"ok\n", "\r\n", '~', '*', 'OK', 'k' x 107, 'k' x 200, 'k' x 255, "\xff\xfe", "\xc0\xae\xc0\xae");
all('base', $base, 'inside', 'ok');
all('base', $base, 'fallback', @climb);
# sockets of heddle itself, also by another name of their folder: each session would make the next
all('own', $base, 'fallback', 'own-base', 'own-pattern');
all('own', $link, 'fallback', 'own-base', 'own-link');
all('linked', $link, 'inside', 'ok');
all('pattern', $pattern, 'app', 'site');
all('pattern', $pattern, 'fallback', @climb);
all('match', $match, 'inside', 'ok', 'ok:8000');
all('match', $match, 'app', 'site');
# the second one takes the place of what the first one refuses
all('match', $match, 'fallback', grep { !/^(?:ok\0.*|ok\n)\z/s } @climb);
all('two groups', $both, 'inside', 'ok');
all('two groups', $both, 'fallback', grep { $_ ne "ok\n" } @climb);
all('a port', $ports, 'tcp', $tcp_port);
all('a port', $ports, 'fallback', '0', '-1', '*', '65536', '99999999999999999999', "$tcp_port-$tcp_port",
	"$tcp_port/udp", "$tcp_port/tcp", " $tcp_port", "$tcp_port ", "0x50", "$tcp_port:$tcp_port", 'http', "1\0",
	'1' x 250);
# a pattern without a colon is a path
all('an address', $whole, 'fallback', $tcp->address, 'fd:3', 'fd:0', 'fd:admin', 'fd://3', 'unix:', 'unix:x', 'localhost:80',
	'srv:_a._tcp.x', "[::1]:$tcp_port:1", '127.0.0.1', '127.0.0.1:*', '@', '[::1', '1.2.3.4:5,6', '0.0.0.0',
	':', ':0', '127.0.0.1:0', '@' . 'a' x 200);
ok(kill(0, $h->pid), 'it runs');
is($h->counter('process_restarts_total') // 0, 0, 'no worker was lost');
unlike($h->log, qr/[\x00-\x09\x0b-\x1f\x7f]/, 'the log has no control characters of a key');
my @warned = $h->log =~ / warn .*route/g;
cmp_ok(scalar @warned, '<', 100, 'warnings are limited: ' . @warned);
my @lines = grep { $_->{listener} !~ /^unix:/ } $h->access(10);
is(scalar(grep { $_->{reason} !~ /^(?:done|no_key)$/ } @lines), 0, 'all have ended as they should')
	or diag(explain([grep { $_->{reason} !~ /^(?:done|no_key)$/ } @lines]));
$h->finish;
done_testing();
