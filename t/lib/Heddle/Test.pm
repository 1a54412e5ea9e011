# SPDX-License-Identifier: BSD-2-Clause
# What every test file begins with:
#
#   use FindBin; use lib "$FindBin::Bin/../lib"; use Heddle::Test;
#
#   on_each_event(sub { my $h = heddle("services: ..."); ...; $h->finish });
package Heddle::Test;

use strict;
use warnings;
use POSIX ();
use Test::More;

use Heddle;
use Heddle::Backend qw(backend backends);
use Heddle::Child qw(spawn launch adopt forget end_child reap until_true in_time);
use Heddle::Client;
use Heddle::Load qw(load);
use Heddle::Port qw(free_port free_ports second_loopback);

our @EXPORT = qw(heddle client who many one_each on_each_event time_limit backend backends
	spawn launch adopt forget end_child reap until_true in_time load free_port free_ports
	second_loopback program
	need_descriptors addresses named);

our $event;	# of this turn of on_each_event

# use Heddle::Test 'alone': the test needs no heddle.
sub import {
	my ($class, $alone) = @_;
	strict->import;
	warnings->import;
	my $caller = caller;
	no strict 'refs';
	*{"${caller}::$_"} = \&$_ for @EXPORT;
	for my $name (@Test::More::EXPORT) {
		*{"${caller}::$name"} = \&{"Test::More::$name"}
			if $name =~ /^\w/ && $name ne 'TODO';
	}
	time_limit(300);
	plan(skip_all => 'heddle is not built: ' . Heddle::binary())
		if !$alone && !-x Heddle::binary();
}

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
$SIG{ALRM} = sub { diag('time limit'); exit 1 };

sub time_limit { my ($seconds) = @_; alarm $seconds * ($ENV{HEDDLE_SLOW} // 1) }

# Runs the test once for each event back-end, as subtests; then the plan is done.
sub on_each_event {
	my ($code) = @_;
	for my $name (Heddle::events()) {
		local $event = $name;
		subtest($name => sub { $code->($name) });
	}
	done_testing();
}

# A running heddle on the event back-end of this turn.
sub heddle {
	my ($yaml, %o) = @_;
	return Heddle->start($yaml, defined $event ? (event => $event) : (), %o);
}

# A connection to it, or undef.
sub client { my ($to, %o) = @_; return Heddle::Client->new($to, %o) }

# Which of several `named` backends answers a connection: its name, or what went wrong.
sub who {
	my ($to) = @_;
	my $client = client($to) or return "connect: $!";
	my $line = $client->ask('?') // return $client->error || 'closed';
	return $line =~ s/ \?$//r;
}

# Who answers so many connections, one after the other: "one two one".
sub many { my ($to, $count) = @_; return join ' ', map { who($to) } 1 .. $count }

# So many connections that stay open, one after the other: the clients, and the name that
# each talks to in ->{name}.
sub one_each {
	my ($to, $count) = @_;
	return map {
		my $client = client($to) or die "connect: $!";
		$client->{name} = ($client->ask('?') // 'closed') =~ s/ \?$//r;
		$client;
	} 1 .. $count;
}

# The test needs so many descriptors: starts it again with that soft limit (what login shells
# give is 1,024), or skips it. The hard limit stays: it is heddle's.
sub need_descriptors {
	my ($count) = @_;
	my $have = POSIX::sysconf(POSIX::_SC_OPEN_MAX());
	return if $have >= $count;
	plan(skip_all => "needs $count descriptors, $have are allowed") if $ENV{HEDDLE_RAISED}++;
	exec '/bin/sh', '-c', 'ulimit -S -n "$0" 2>/dev/null; exec "$@"', $count, $^X, $0;
}

# For YAML: "127.0.0.1:1", "127.0.0.1:2"; the same with names.
sub addresses { return join ', ', map { "\"$_->{address}\"" } @_ }
sub named { return join ', ', map { "{name: $_->{name}, address: \"$_->{address}\"}" } @_ }

# Full path of a program, also from the folders that only root has; undef.
sub program {
	my ($name) = @_;
	return (grep { -x } map { "$_/$name" } split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin')[0];
}

1;
