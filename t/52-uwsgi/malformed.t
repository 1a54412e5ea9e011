#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What is no request, in every way: it ends with its reason, no node hears of it, and the next
# request is served. What only looks odd is served: byte by byte, the longest block, any bytes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);

sub block { my ($block) = @_; return pack('CvC', 0, length $block, 0) . $block }
my $host = pack 'v/a* v/a*', HTTP_HOST => 'k';
my $bad = 'a variable goes beyond the packet, or has no name';
my $none = 'the request has no key';
# name => [bytes, reason, error]
my %malformed = (
	'no variables' => [block(''), 'no_key', $none],
	'half a length' => [block($host . "\1"), 'bad_greeting', $bad],
	'an empty name' => [block($host . "\0\0\1\0x"), 'bad_greeting', $bad],
	'an empty name and value' => [block($host . "\0\0\0\0"), 'bad_greeting', $bad],
	'a name beyond the end' => [block($host . "\4\0one"), 'bad_greeting', $bad],
	'a name of 65,535 bytes' => [block($host . "\xff\xffone"), 'bad_greeting', $bad],
	'no value' => [block($host . "\3\0one"), 'bad_greeting', $bad],
	'half the length of a value' => [block($host . "\3\0one\1"), 'bad_greeting', $bad],
	'a value beyond the end' => [block($host . "\3\0one\2\0x"), 'bad_greeting', $bad],
	'a wrong pair in front' => [block("\0\0" . $host), 'bad_greeting', $bad],
	'a block of zeroes' => [block("\0" x 65535), 'bad_greeting', $bad],
	'a block of ff' => [block("\xff" x 65535), 'bad_greeting', $bad],
	'no name of a host' => [uwsgi_packet(REQUEST_METHOD => 'GET'), 'no_key', $none],
	'a cache command' => ["\x6f\x12\0\x11" . substr(uwsgi_packet(cmd => 'get', key => 'k'), 4), 'no_key',
		'a cache command, and the service has no cache_server'],
	'other letters' => [uwsgi_packet(http_host => 'k'), 'no_key', $none],
	'an empty host' => [uwsgi_packet(SERVER_NAME => 'k', HTTP_HOST => ''), 'no_key', $none],
	'an empty key' => [uwsgi_packet(UWSGI_FASTROUTER_KEY => '', HTTP_HOST => 'k'), 'no_key',
		$none],
	'a key of 256 bytes' => [uwsgi_packet(HTTP_HOST => 'k' x 256), 'no_key', $none],
	'a key of 65,000 bytes' => [uwsgi_packet(HTTP_HOST => 'k' x 65000), 'no_key', $none],
	(map { ("an HTTP $_" => ["$_ / HTTP/1.1\r\nHost: k\r\n\r\n", 'bad_greeting',
		'an HTTP request, and this address speaks uwsgi'] ) } qw(GET POST HEAD PUT DELETE OPTIONS)),
	'the preface of HTTP/2' => ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 'bad_greeting',
		'an HTTP request, and this address speaks uwsgi'],
);
# name => bytes
my %odd = (
	'a key of 255 bytes' => uwsgi_packet(HTTP_HOST => 'k' x 255),
	'a key with NUL' => uwsgi_packet(HTTP_HOST => "k\0../x"),
	'a key of any bytes' => uwsgi_packet(HTTP_HOST => join '', map { chr } 0 .. 254),
	'a key with the end of a line' => uwsgi_packet(HTTP_HOST => "k\r\nX: y\e[2J"),
	'modifiers' => "\xff" . substr(uwsgi_packet(HTTP_HOST => 'k'), 1, 2) . "\xff"
		. substr(uwsgi_packet(HTTP_HOST => 'k'), 4),
	'the last of many' => uwsgi_packet((HTTP_HOST => '') x 5000, HTTP_HOST => 'k'),
	'an empty value at the end' => uwsgi_packet(HTTP_HOST => 'k', X => ''),
	'a long host, which does not count' => uwsgi_packet(SERVER_NAME => 'k',
		HTTP_HOST => 'k' x 256),
	'the longest block' => uwsgi_packet(HTTP_HOST => 'k', X => 'x' x (65535 - 14 - 5)),
	'13,000 pairs' => uwsgi_packet(HTTP_HOST => 'k', (A => '') x 13000),
	'a wrong client' => uwsgi_packet(HTTP_HOST => 'k', REMOTE_ADDR => "1.2.3.4\0x",
		REMOTE_PORT => '65536'),
	'a long client' => uwsgi_packet(HTTP_HOST => 'k', REMOTE_ADDR => 'f' x 60000,
		REMOTE_PORT => '9' x 300),
);

on_each_event(sub {
	my $node = backend('script', on => qr/THE END/, text => "served\n");
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
access_log: {to: ./access.log, format: json}
services:
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    error_response: off
    log_vars: [X, HTTP_HOST]
    routes: [{nodes: ["${\$node->address}"]}]
YAML
	my $lines = 0;
	for my $name (sort keys %malformed) {
		my ($bytes, $reason, $error) = @{ $malformed{$name} };
		my $client = client($port);
		$client->send($bytes);
		is($client->rest, '', "$name: nothing comes back") if $client->ended ne 'reset';
		my $line = ($h->access(++$lines))[-1];
		is_deeply([@$line{qw(reason tries bytes_to_backend)}], [$reason, 0, 0], "... $reason")
			or diag(explain($line));
		like($line->{error} // '', qr/\Q$error\E/, '... and why') if $reason eq 'bad_greeting';
	}
	for my $name (sort keys %odd) {
		my $client = client($port);
		$client->send("$odd{$name}THE END");
		is($client->rest, "served\n", "$name is served");
		$client->close;
		my $line = ($h->access(++$lines))[-1];
		is_deeply([@$line{qw(reason tries bytes_to_backend)}],
			['done', 1, length("$odd{$name}THE END")], '... all of it');
	}
	for my $bytes (uwsgi_packet(HTTP_HOST => 'k', REMOTE_PORT => 1),
		uwsgi_packet(map { $_ => 'k' } 1 .. 300, 'HTTP_HOST'))
	{
		my $client = client($port);
		for (split //, $bytes) {
			$client->send($_) or last;
			$client->fill(0);	# what comes early is kept
		}
		is($client->buffered, '', 'byte by byte: nothing comes early');
		$client->send('THE END');
		is($client->rest, "served\n", '... and all of it is served');
		$lines++;
	}
	is($h->service('sites')->{sessions_total}, $lines, 'no session besides');
	is($h->backend('sites', $node->address)->{sessions_total}, keys(%odd) + 2,
		'the node has seen the good ones alone');
	$h->finish;
});
