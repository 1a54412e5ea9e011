# SPDX-License-Identifier: BSD-2-Clause
# heddle run as one of the programs that it replaces: no file, no control
# socket, its log on standard error.
#
#   my $p = old_program('tcp_fallback', '-timeout=1s', $local, @remotes);
#   $p->wait_log(qr/.../); $p->signal('TERM'); is($p->ended, 0);
#   my ($status, $output) = old_command('tcp_fallback', '-nosuch');
package Heddle::OldProgram;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use Test::More;

use Heddle;
use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Client;

our @EXPORT = qw(old_program old_command);

sub old_program {
	my (@arguments) = @_;
	my $dir = File::Temp->newdir('heddle-old-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $out = "$dir/output";
	my $pid = launch({ out => $out, err => $out }, Heddle::binary(), @arguments);
	return bless { pid => $pid, dir => $dir, out => $out, owner => $$ }, __PACKAGE__;
}

# (exit code, all output) of one that ends by itself.
sub old_command {
	my $self = old_program(@_);
	my $status = $self->ended;
	return ($status, $self->output);
}

sub pid { return $_[0]{pid} }
sub dir { return "$_[0]{dir}" }
sub output { return Heddle::read_file($_[0]{out}) }
sub signal { my ($self, $name) = @_; return kill $name, $self->{pid} }

# Exit code, or "signal N"; undef when it goes on.
sub ended {
	my ($self, $seconds) = @_;
	my $status = reap($self->{pid}, $seconds // 10) // return undef;
	return $status & 127 ? "signal $status" : $status >> 8;
}

sub wait_listening {
	my ($self, $port) = @_;
	return until_true(sub { Heddle::Client->new($port) || defined reap($self->{pid}) }, 10)
		&& !defined reap($self->{pid})
		|| diag($self->output);
}

# Waits for a line of its log (or of another file); what matched.
sub wait_log {
	my ($self, $pattern, $file) = @_;
	my $log = '';
	return until_true(sub {
		$log = Heddle::read_file($file // $self->{out});
		return $log =~ $pattern ? $& || 1 : '';
	}, 10) || diag("no $pattern in:\n$log");
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}) if $$ == $self->{owner};
}

1;
