# SPDX-License-Identifier: BSD-2-Clause
# Small programs in the place of uWSGI and nginx, for the demonstration on machines that have neither.
# They do as much of the protocols as it takes to show what heddle does with the real ones.
#
#   my $node = instance('shop.demo', name => 'one', announce => "127.0.0.1:$port");
#   my $web = web_server(["127.0.0.1:$router"]);
package Heddle::StandIn;

use strict;
use warnings;
use Exporter qw(import);
use IO::Socket::IP;

use Heddle::Backend qw(backend);
use Heddle::Child qw(spawn end_child);
use Heddle::Client;
use Heddle::Port qw(free_port);
use Heddle::Subscription qw(announcement withdrawal subscriber);
use Heddle::Uwsgi qw(uwsgi_packet);

our @EXPORT_OK = qw(instance web_server);

# An instance: it answers requests of the uwsgi protocol, and announces itself each time it starts.
sub instance {
	my ($key, %o) = @_;
	my $node = backend('script', name => $o{name}, on => qr/HTTP_HOST/, text =>
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello from $o{name}\n");
	my $self = bless { key => $key, node => $node, server => subscriber($o{announce}) },
		'Heddle::StandIn::Instance';
	return $self->announce;
}

# A web server before routers: it sends each request to one after the other, in turn, until one
# answers. Requests have no body.
sub web_server {
	my ($routers) = @_;
	my $address = '127.0.0.1:' . free_port();
	my $listener = IO::Socket::IP->new(LocalAddr => $address, Listen => 64, ReuseAddr => 1)
		or die "$address: $!\n";
	my $pid = spawn(sub { serve($listener, @$routers) }, $listener);
	return bless { address => $address, pid => $pid }, 'Heddle::StandIn::Web';
}

sub serve {
	my ($listener, @routers) = @_;
	$SIG{PIPE} = 'IGNORE';
	while (1) {
		my $client = $listener->accept or next;
		my $head = '';
		1 while $head !~ /\r\n\r\n/ && sysread $client, $head, 4096, length $head;
		push @routers, shift @routers;
		my $answer = answer($head, @routers);
		syswrite $client, length $answer ? $answer : "HTTP/1.1 502 Bad Gateway\r\n\r\n";
	}
}

sub answer {
	my ($head, @routers) = @_;
	my ($method, $path) = $head =~ m{^(\S+) (\S+) HTTP/1} or return "HTTP/1.1 400 Bad Request\r\n\r\n";
	my ($host) = $head =~ /^host:\s*([^\s:]+)/mi;
	my $packet = uwsgi_packet(REQUEST_METHOD => $method, REQUEST_URI => $path, QUERY_STRING => '',
		PATH_INFO => $path, SERVER_PROTOCOL => 'HTTP/1.1', HTTP_HOST => $host // '');
	for my $router (@routers) {
		my $node = Heddle::Client->new($router) or next;
		$node->send($packet);
		my $answer = $node->rest // '';
		return $answer if length $answer;
	}
	return '';
}

package Heddle::StandIn::Instance;

sub announce {
	my ($self) = @_;
	$self->{server}->send(Heddle::Subscription::announcement($self->{key}, $self->address));
	return $self;
}
sub address { return $_[0]{node}->address }
sub pid { return $_[0]{node}{pid} }
sub start { my ($self) = @_; $self->{node}->start; return $self->announce }
sub stop {
	my ($self) = @_;
	$self->{server}->send(Heddle::Subscription::withdrawal($self->{key}, $self->address));
	return $self->{node}->stop;
}

package Heddle::StandIn::Web;

sub address { return $_[0]{address} }
sub pid { return $_[0]{pid} }
sub stop { my ($self) = @_; return Heddle::Child::end_child(delete $self->{pid}, 'TERM') }

1;
