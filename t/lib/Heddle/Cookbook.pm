# SPDX-License-Identifier: BSD-2-Clause
# The recipes of docs/cookbook.md, with addresses of this machine in the place of theirs.
#
#   my $recipe = recipe('Redis');
#   my $yaml = $recipe->configuration(0, '10.0.0.1:6379' => $master->address);
#   my $port = $recipe->port(6379);
package Heddle::Cookbook;

use strict;
use warnings;
use Exporter qw(import);

use Heddle;
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(recipe);

sub recipe {
	my ($title) = @_;
	my $page = Heddle::read_file(Heddle::root() . '/docs/cookbook.md');
	my ($text) = $page =~ /^## \Q$title\E\n(.*?)(?=^## |\z)/ms or die "no recipe \"$title\"\n";
	return bless { text => $text, port => {} }, __PACKAGE__;
}

# The port that heddle listens on in the place of this one.
sub port { my ($self, $port) = @_; return $self->{port}{$port} //= free_port() }

# The n-th configuration, counted from 0: each address is replaced; one that is not given is one that
# nobody listens on. Checks come every 100 ms.
sub configuration {
	my ($self, $n, %address) = @_;
	my $yaml = ($self->{text} =~ /^```yaml\n(.*?)^```$/msg)[$n] // die "no configuration $n\n";
	$yaml =~ s/listen: ":(\d+)"/'listen: "127.0.0.1:' . $self->port($1) . '"'/ge;
	$yaml =~ s/\b10\.0\.0\.\d+:\d+/$address{$&} \/\/ '127.0.0.1:' . $self->port($&)/ge;
	$yaml =~ s{(check: \{.*?\binterval: |^ +interval: )\d+m?s}{${1}100ms}mg;
	return $yaml;
}

# Commands for sh: those in a block, or indented by four blanks. The control socket is the one of
# this heddle; options of a client, %replace, are replaced as they are.
sub commands {
	my ($self, $heddle, %replace) = @_;
	my ($sh) = $self->{text} =~ /^```sh\n(.*?)^```$/ms;
	$sh //= join '', map { "$_\n" } $self->{text} =~ /^    (.*)$/mg;
	$sh =~ s{/run/heddle/heddle\.sock}{$heddle->control}ge;
	$sh =~ s/\b\Q$_\E\b/$replace{$_}/g for keys %replace;
	return $sh;
}

1;
