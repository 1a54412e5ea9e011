# SPDX-License-Identifier: BSD-2-Clause
# A heddle with the cache `hosts`, and the service `sites` with a route that goes by it.
#
#   my $c = cached(cache => 'max_items: 5', map => "a.test 127.0.0.1:3031\n", workers => 2);
#   is($c->ask('a.test'), 'one 0/0');	# of backend('uwsgi', name => 'one')
#   $c->map("a.test 127.0.0.1:3032\n"); $c->reread;
package Heddle::Cached;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Test::More;

use Heddle::Api;
use Heddle::Child qw(until_true);
use Heddle::Client;
use Heddle::Port qw(free_port);
use Heddle::Test ();
use Heddle::Uwsgi qw(uwsgi_packet);

our @EXPORT_OK = qw(cached);

# cache, service: further lines of both; map: the text of a mapping file; routes: further ones; top:
# lines at the top level; the rest is heddle()'s.
sub cached {
	my (%o) = @_;
	my $self = bless { port => free_port(), dir => File::Temp->newdir }, __PACKAGE__;
	my %lines = map { $_ => join '', map { "    $_\n" } split /\n/, $o{$_} // '' } qw(cache service);
	my $routes = join '', map { "      - $_\n" } @{ $o{routes} // [] };
	my $file = '';
	if (defined $o{map}) {
		chmod 0755, $self->{dir} or die "chmod: $!\n";	# the resolver reads as nobody
		$self->map($o{map});
		$file = "    file: " . $self->map_path . "\n";
	}
	$self->{yaml} = <<"YAML";
${\($o{top} // '')}
caches:
  hosts:
    max_memory: ${\($o{max_memory} // '1g')}
$file$lines{cache}
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:$self->{port}"
$lines{service}
    routes:
      - cache: hosts
$routes
YAML
	delete @o{qw(cache service map routes top max_memory)};
	$self->{heddle} = Heddle::Test::heddle($self->{yaml}, %o);
	return $self;
}

sub heddle { return $_[0]{heddle} }
sub yaml { return $_[0]{yaml} }
sub port { return $_[0]{port} }
sub map_path { return "$_[0]{dir}/map" }
sub api { my ($self) = @_; return $self->{api} //= Heddle::Api->new($self->{heddle}->control) }
sub count { my ($self) = @_; return (($self->{heddle}->stats // {})->{caches} // {})->{hosts} // {} }

# The path of an item.
sub path { my ($self, $key) = @_; return 'caches/hosts/' . $key =~ s/([^a-z0-9.-])/sprintf '%%%02X', ord $1/gier }

# Another mapping file, in the place of the one that is there.
sub map {
	my ($self, $text) = @_;
	Heddle::write_file($self->map_path . '.new', $text);
	rename $self->map_path . '.new', $self->map_path or die "rename: $!\n";
}

# The status of a reload by the API, which reads the mapping file.
sub reread { my ($self) = @_; return $self->api->post('reload') }

# The client of a request that was sent.
sub begin {
	my ($self, $key, %more) = @_;
	my $client = Heddle::Client->new($self->{port}) or die "connect: $!\n";
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => $key, %more));
	return $client;
}

# "one 5/0": the name of the node and the modifiers that it got; '': nobody.
sub answer { my ($self, $client) = @_; return ($client->rest // '') =~ /^(\S+ \d+\/\d+) / ? $1 : '' }
sub ask { my ($self, @request) = @_; return $self->answer($self->begin(@request)) }

sub becomes {
	my ($self, $key, $wanted) = @_;
	my $have = '';
	return until_true(sub { ($have = $self->ask($key)) eq $wanted }, 20) || diag("$key: $have");
}

1;
