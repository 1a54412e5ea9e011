# SPDX-License-Identifier: BSD-2-Clause
# A heddle whose nodes subscribe: the server `apps`, and the service `sites` with a route to it.
#
#   my $s = subscribed(server => 'tolerance: 2s', workers => 2);
#   my $instance = uwsgi_instance('a.test', announce => $s->server);
#   $s->send(announcement('b.test', $backend->address));
#   ok($s->wait_nodes(2)); is($s->ask('a.test'), $instance->address);
package Heddle::Subscribed;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;
use Time::Local ();

use Heddle::Child qw(until_true);
use Heddle::Client;
use Heddle::Port qw(free_port);
use Heddle::Subscription qw(subscriber);
use Heddle::Test ();
use Heddle::Uwsgi qw(uwsgi_packet);

our @EXPORT_OK = qw(subscribed);

# server, service: further lines of both; listen: where instances announce themselves, a list in
# YAML; routes: further ones; top: lines at the top level; the rest is heddle()'s.
sub subscribed {
	my (%o) = @_;
	my $self = bless { port => $o{port} // free_port(), server => '127.0.0.1:' . free_port() },
		__PACKAGE__;
	my %lines = map { $_ => join '', map { "    $_\n" } split /\n/, $o{$_} // '' }
		qw(server service);
	my $routes = join '', map { "      - $_\n" } @{ $o{routes} // [] };
	my $more = join '', map { ", $_" } @{ $o{listen} // [] };
	my $requests = $o{requests} // "\"127.0.0.1:$self->{port}\"";
	$self->{yaml} = <<"YAML";
${\($o{top} // '')}
subscriptions:
  apps:
    listen: ["$self->{server}"$more]
$lines{server}
services:
  sites:
    protocol: uwsgi
    listen: $requests
$lines{service}
    routes:
      - subscriptions: apps
$routes
YAML
	delete @o{qw(server service listen routes top port requests)};
	$self->{heddle} = Heddle::Test::heddle($self->{yaml}, %o);
	return $self;
}

sub heddle { return $_[0]{heddle} }
sub yaml { return $_[0]{yaml} }
sub port { return $_[0]{port} }
sub server { return $_[0]{server} }

sub send {
	my ($self, @datagrams) = @_;
	$self->{sender} //= subscriber($self->{server});
	$self->{sender}->send($_) // die "send: $!\n" for @datagrams;
}

sub count {
	my ($self) = @_;
	return (($self->{heddle}->stats // {})->{subscriptions} // {})->{apps} // {};
}

# Waits until so many nodes are subscribed.
sub wait_nodes {
	my ($self, $nodes, $seconds) = @_;
	my $have;
	return until_true(sub { $have = $self->count->{nodes} // 'nobody knows how many';
		$have eq $nodes }, $seconds // 20) || diag("$have nodes, not $nodes");
}

# Datagrams so far, by result.
sub datagrams { my ($self, $result) = @_; return ($self->count->{datagrams} // {})->{$result} }

# The client of a request that was sent.
sub begin {
	my ($self, $key, %more) = @_;
	my $client = Heddle::Client->new($self->{port}) or die "connect: $!\n";
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', REQUEST_URI => '/', QUERY_STRING => '',
		SERVER_PROTOCOL => 'HTTP/1.1', PATH_INFO => '/', HTTP_HOST => $key, %more));
	return $client;
}

# The body of an answer; '' when the connection was closed without one.
sub body { my ($client, $seconds) = @_; return ($client->rest($seconds) // '') =~ s/\A.*?\r\n\r\n//sr =~ s/\n\z//r }
sub ask { my ($self, @request) = @_; return body($self->begin(@request)) }

# Seconds since 1970 of a time in a log.
sub seconds {
	my ($text) = @_;
	my ($y, $mo, $d, $h, $mi, $s) = $text =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):([\d.]+)/ or return 0;
	return Time::Local::timegm(0, $mi, $h, $d, $mo - 1, $y) + $s;
}

# Sessions of the access log that were connected to a node and got nothing, or less than others: where
# they were ({address}), and when they {began}. A node that is killed when it has read all of a request
# ends its connection in good order: so all answers have one length. Workers write their lines together,
# within a second: so many `lines` are waited for.
sub lost {
	my ($self, $lines) = @_;
	my @all = $self->{heddle}->access($lines // 0);
	my ($whole) = sort { $b <=> $a } map { $_->{bytes_to_client} } @all;
	my @lost = grep { $_->{reason} ne 'done' || ($_->{ended_by} eq 'backend' && $_->{bytes_to_client} < $whole) } @all;
	$_->{began} = seconds($_->{time}) - $_->{duration_seconds} for @lost;
	return @lost;
}

# How often each node answers so many requests: {name => times}.
sub shares {
	my ($self, $count, @request) = @_;
	my %shares;
	$shares{$self->ask(@request)}++ for 1 .. $count;
	return \%shares;
}

1;
