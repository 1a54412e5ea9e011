# SPDX-License-Identifier: BSD-2-Clause
# Requests to shuttle's API, in few words.
#
#   my $s = Heddle::Shuttle->new($h->control);
#   is($s->put('/web', { address => ... }), 200); is($s->body, ...); $s->stats('/web')->{sent}
package Heddle::Shuttle;

use strict;
use warnings;
use JSON::PP;

use Heddle::Http;

sub new { my ($class, $address) = @_; return bless { address => $address }, $class }

# Returns the status. A body that is no text becomes JSON.
sub request {
	my ($self, $method, $path, $body) = @_;
	$body = JSON::PP->new->canonical->encode($body) if ref $body;
	@$self{qw(status body headers)} =
		Heddle::Http::request($self->{address}, $method, $path, $body);
	return $self->{status};
}

sub get { my ($self, @rest) = @_; return $self->request('GET', @rest) }
sub put { my ($self, @rest) = @_; return $self->request('PUT', @rest) }
sub post { my ($self, @rest) = @_; return $self->request('POST', @rest) }
sub delete { my ($self, @rest) = @_; return $self->request('DELETE', @rest) }
sub body { return $_[0]{body} }
sub header { my ($self, $name) = @_; return $self->{headers}{$name} }

# A document; undef when there is none.
sub document {
	my ($self, $path) = @_;
	$self->get($path);
	return eval { decode_json($self->{body}) };
}

# The configuration of a service.
sub config { my ($self, $service) = @_; return $self->document("/$service/_config") }

1;
