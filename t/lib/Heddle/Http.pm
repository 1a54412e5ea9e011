# SPDX-License-Identifier: BSD-2-Clause
# HTTP over a connection of our own, as much as talking to the control socket takes.
package Heddle::Http;

use strict;
use warnings;
use JSON::PP;

use Heddle::Client;

# (status, body, {header => value}); status 0 when nobody answers.
sub request {
	my ($address, $method, $path, $body) = @_;
	my $client = Heddle::Client->new($address) or return (0, '', {});
	$body //= '';
	$client->send("$method $path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		. 'Content-Length: ' . length($body) . "\r\n\r\n$body");
	my $answer = $client->rest;
	my ($head, $content) = split /\r\n\r\n/, $answer, 2;
	my ($status, @lines) = split /\r\n/, $head // '';
	my %headers = map { /^(.*?):\s*(.*)/ ? (lc $1 => $2) : () } @lines;
	$content = unchunk($content) if ($headers{'transfer-encoding'} // '') eq 'chunked';
	return (($status // '') =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0, $content // '', \%headers);
}

sub unchunk {
	my ($text) = @_;
	my $all = '';
	while ($text =~ s/^([0-9a-fA-F]+)\r\n//) {
		my $size = hex $1 or last;
		$all .= substr $text, 0, $size, '';
		$text =~ s/^\r\n//;
	}
	return $all;
}

# A document; undef when there is none.
sub get_json {
	my ($address, $path) = @_;
	my ($status, $body) = request($address, 'GET', $path);
	return $status ? eval { decode_json($body) } : undef;
}

1;
