# SPDX-License-Identifier: BSD-2-Clause
# A state file in a folder of its own, which every user may write to.
package Heddle::State;

use strict;
use warnings;
use File::Temp;
use JSON::PP;

use Heddle;

sub new {
	my ($class) = @_;
	my $dir = File::Temp->newdir('heddle-state-XXXXXX', TMPDIR => 1);
	chmod 0777, "$dir";
	return bless { dir => "$dir", keep => $dir, path => "$dir/state.json" }, $class;
}

sub path { return $_[0]{path} }
sub dir { return $_[0]{dir} }
sub text { my ($self, $suffix) = @_; return Heddle::read_file($self->{path} . ($suffix // '')) }
# The document; {} while there is none.
sub read { my ($self, $suffix) = @_; return eval { decode_json($self->text($suffix)) } // {} }
sub backend {
	my ($self, $service, $name) = @_;
	return $self->read->{running}{services}{$service}{backends}{$name} // {};
}

sub write {
	my ($self, $text, $suffix) = @_;
	my $path = $self->{path} . ($suffix // '');
	unlink $path;
	Heddle::write_file($path, $text);
	chmod 0666, $path;
}

# Edited as heddle-state(5) says: without the checksum. $change->($services) of what runs.
sub edit {
	my ($self, $change) = @_;
	my $state = $self->read;
	delete $state->{checksum};
	$change->($state->{running}{services});
	$self->write(JSON::PP->new->canonical->encode($state));
}

sub clear { my ($self) = @_; unlink map { $self->{path} . $_ } '', qw(.old .new .damaged) }

1;
