# SPDX-License-Identifier: BSD-2-Clause
# A real PostgreSQL server on a port of 127.0.0.1, which trusts everybody; the user is "test".
#
#   my $server = postgresql('first');
#   $server->start; $server->stop('QUIT'); $server->log
package Heddle::Postgresql;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;

use Heddle;
use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(postgresql postgresql_missing postgresql_program);

# Full path of one of its programs; '' where there is none.
sub postgresql_program {
	my ($name) = @_;
	my @folders = (reverse(sort glob '/usr/lib/postgresql/*/bin'), split(/:/, $ENV{PATH}));
	return (grep { -x } map { "$_/$name" } @folders)[0] // '';
}

# It refuses to run as root.
sub owner { return $> || scalar getpwnam 'postgres' }

# Why a test that needs it cannot run here, or ''.
sub postgresql_missing {
	return 'needs PostgreSQL (Debian: postgresql)' if !postgresql_program('initdb');
	return owner() ? '' : 'needs the user postgres';
}

# One that does not run yet.
sub postgresql {
	my ($name) = @_;
	my $keep = File::Temp->newdir('heddle-postgresql-XXXXXX', TMPDIR => 1);
	chown owner(), -1, "$keep";
	my $port = free_port();
	my $self = bless { name => $name, keep => $keep, dir => "$keep/data", port => $port, owner => $$,
		address => "127.0.0.1:$port" }, __PACKAGE__;
	my $pid = $self->run('initdb', '-N', '-A', 'trust', '-U', 'test', '-D', $self->{dir});
	my $status = reap($pid, 60);
	end_child($pid);
	die $self->log if $status;
	return $self;
}

sub become_owner {
	return if $>;
	my $owner = owner();
	my $group = (getpwuid $owner)[3];
	$) = "$group $group";
	$( = $group;
	($<, $>) = ($owner, $owner);
}

sub run {
	my ($self, $program, @arguments) = @_;
	my $log = "$self->{keep}/log";
	return launch({ out => $log, err => $log, before => sub { chdir '/'; become_owner() } },
		postgresql_program($program), @arguments);
}

sub start {
	my ($self) = @_;
	my $before = length $self->log;
	$self->{pid} = $self->run('postgres', '-D', $self->{dir}, '-p', $self->{port}, '-h', '127.0.0.1', '-k', '',
		'-F');
	until_true(sub { substr($self->log, $before) =~ /ready to accept connections/ }, 20)
		or die $self->log;
	return $self;
}

sub stop { my ($self, $signal) = @_; return end_child(delete $self->{pid}, $signal // 'INT') }
sub address { return $_[0]{address} }
sub log { return Heddle::read_file("$_[0]{keep}/log") }

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

1;
