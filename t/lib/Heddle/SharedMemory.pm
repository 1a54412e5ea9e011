# SPDX-License-Identifier: BSD-2-Clause
# The shared memory as an intruder in a worker has it: readable and writable, whole.
#
#   my $memory = Heddle::SharedMemory->of($pid) or plan skip_all => ...;
#   my $slot = $memory->slot($pid); $memory->put($slot + 56, 'L', 0x7fffffff);
package Heddle::SharedMemory;

use strict;
use warnings;
no warnings 'portable';	# addresses have 64 bits

my $page = 4096;	# src/core/scoreboard.c: parts begin on pages, slots behind the header

# Through a worker; undef where the system does not let this user.
sub of {
	my ($class, $pid) = @_;
	open my $maps, '<', "/proc/$pid/maps" or return undef;
	open my $mem, '+<:raw:unix', "/proc/$pid/mem" or return undef;
	for my $map (grep { m{memfd:heddle} } readline $maps) {
		my ($from, $to) = $map =~ /^([0-9a-f]+)-([0-9a-f]+) rw-s/ or next;
		my $self = bless { mem => $mem, from => hex $from, size => hex($to) - hex $from },
			$class;
		return $self if $self->get(0, 8) eq "heddle1\0";	# there are other mappings
	}
	return undef;
}

sub size { return $_[0]{size} }

sub get {
	my ($self, $at, $length) = @_;
	sysseek $self->{mem}, $self->{from} + $at, 0 or die "seek: $!";
	my $got = sysread($self->{mem}, my $bytes, $length);
	die "read $at: $!" if ($got // 0) != $length;
	return $bytes;
}

sub put {
	my ($self, $at, $template, @values) = @_;
	my $bytes = pack $template, @values;
	sysseek $self->{mem}, $self->{from} + $at, 0 or die "seek: $!";
	my $put = syswrite $self->{mem}, $bytes;
	die "write $at: $!" if ($put // 0) != length $bytes;
}

# Where the first struct from $at on is that the code knows by its first bytes.
sub find {
	my ($self, $at, $code, $most) = @_;
	my $all = $self->get(0, $most && $most < $self->{size} ? $most : $self->{size});
	for (; $at < length $all; $at += 64) {
		return $at if $code->(substr($all, $at, 64));
	}
	die 'it is not there';
}

# struct slot of a process. They come first: the rest may be large.
sub slot {
	my ($self, $pid) = @_;
	return $self->find($page, sub { unpack('L', $_[0]) == $pid }, 1 << 16);
}

# struct session_row of a session that has a backend, by its client's port.
sub row {
	my ($self, $port) = @_;
	return $self->find($page, sub { join(' ', unpack('CCS', $_[0])) eq "2 2 $port" });
}

1;
