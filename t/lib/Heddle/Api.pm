# SPDX-License-Identifier: BSD-2-Clause
# A client of /_v1: requests with headers, answers as documents.
package Heddle::Api;

use strict;
use warnings;
use JSON::PP;

use Heddle::Client;
use Heddle::Http;

sub new {
	my ($class, $address) = @_;
	return bless { address => $address, json => JSON::PP->new->utf8->canonical->allow_nonref },
		$class;
}

# The bytes of a request; `body` is a document, or text as it is.
sub bytes {
	my ($self, $method, $path, $body, %headers) = @_;
	$body = !defined $body ? '' : ref $body ? $self->{json}->encode($body) : $body;
	my $head = join '', map { "$_: $headers{$_}\r\n" } sort keys %headers;
	return "$method /_v1/$path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		. "Content-Type: application/json\r\n${head}Content-Length: " . length($body)
		. "\r\n\r\n$body";
}

# The status; the rest of the answer is kept.
sub answer {
	my ($self, $client) = @_;
	my ($head, $content) = split /\r\n\r\n/, $client->rest, 2;
	my ($status, @lines) = split /\r\n/, $head // '';
	$self->{headers} = { map { /^(.*?):\s*(.*)/ ? (lc $1 => $2) : () } @lines };
	$content = Heddle::Http::unchunk($content)
		if ($self->{headers}{'transfer-encoding'} // '') eq 'chunked';
	$self->{body} = $content // '';
	return ($status // '') =~ m{^HTTP/1\.\d (\d+)} ? $1 : 0;
}

sub call {
	my ($self, @request) = @_;
	my $client = Heddle::Client->new($self->{address}) or return 0;
	$client->send($self->bytes(@request));
	return $self->answer($client);
}

# Several at the same time; their statuses.
sub together {
	my ($self, @requests) = @_;
	my @clients = map { Heddle::Client->new($self->{address}) } @requests;
	$clients[$_]->send($self->bytes(@{ $requests[$_] })) for 0 .. $#requests;
	return map { $self->answer($_) } @clients;
}

sub get { my ($self, $path, %h) = @_; return $self->call('GET', $path, undef, %h) }
sub put { my ($self, $path, $body, %h) = @_; return $self->call('PUT', $path, $body, %h) }
sub patch { my ($self, $path, $body, %h) = @_; return $self->call('PATCH', $path, $body, %h) }
sub post { my ($self, $path, $body, %h) = @_; return $self->call('POST', $path, $body, %h) }
sub remove { my ($self, $path, %h) = @_; return $self->call('DELETE', $path, undef, %h) }

sub body { return $_[0]{body} }
sub header { return $_[0]{headers}{ lc $_[1] } }
sub etag { return $_[0]->header('ETag') }
sub generation { return $_[0]->header('X-Heddle-Generation') }
sub document { my ($self) = @_; return eval { decode_json($self->{body}) } }
# "path: message" of each error, or the detail.
sub errors {
	my ($self) = @_;
	my $d = $self->document // return $self->{body};
	return join "\n", map { "$_->{path}: $_->{message}" } @{ $d->{errors} } if $d->{errors};
	return $d->{detail} // '';
}

# The object at a path.
sub object { my ($self, $path) = @_; return $self->get($path) == 200 ? $self->document : undef }

1;
