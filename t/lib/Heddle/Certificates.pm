# SPDX-License-Identifier: BSD-2-Clause
# Certificates for tests, made by openssl in a folder: an authority, and what it has signed.
package Heddle::Certificates;

use strict;
use warnings;

# Options: days. Files ca.pem, ca.key; NAME.pem, NAME.key by sign().
sub new {
	my ($class, $dir) = @_;
	my $self = bless { dir => $dir }, $class;
	$self->openssl(qw(req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes
		-subj /CN=authority -days 2), '-keyout', "$dir/ca.key", '-out', "$dir/ca.pem");
	return $self;
}

sub openssl {
	my ($self, @arguments) = @_;
	open my $log, '>', "$self->{dir}/openssl.log" or die "openssl.log: $!";
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>&', $log;
		open STDERR, '>&', $log;
		exec 'openssl', @arguments or exit 127;
	}
	waitpid $pid, 0;
	die "openssl @arguments: $?\n" if $?;
}

# For localhost and 127.0.0.1; NAME is its common name.
sub sign {
	my ($self, $name) = @_;
	my $dir = $self->{dir};
	open my $file, '>', "$dir/names" or die "names: $!";
	print $file "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
	close $file;
	$self->openssl(qw(req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes),
		'-subj', "/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.csr");
	$self->openssl(qw(x509 -req -days 2 -CAcreateserial), '-in', "$dir/$name.csr",
		'-CA', "$dir/ca.pem", '-CAkey', "$dir/ca.key", '-extfile', "$dir/names",
		'-out', "$dir/$name.pem");
	chmod 0600, "$dir/$name.key";
	return $self;
}

1;
