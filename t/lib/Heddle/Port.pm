# SPDX-License-Identifier: BSD-2-Clause
# Ports for tests that run at the same time: each is locked by a file in a
# private folder until the test ends, and nobody uses it at that moment. They
# lie below the range that the kernel gives to outgoing connections.
package Heddle::Port;

use strict;
use warnings;
use Exporter qw(import);
use Fcntl qw(LOCK_EX LOCK_NB O_CREAT O_RDWR);
use IO::Socket::INET;
use IO::Socket::IP;
use Socket qw(SOMAXCONN);

our @EXPORT_OK = qw(free_port free_ports second_loopback);

# Others than root (a test that starts ./demo as nobody) have locks of their own, and so other ports.
use constant { FIRST => $< ? 29000 : 20000, LAST => $< ? 31999 : 28999 };

my $owner = $$;
my $folder = ($ENV{TMPDIR} // '/tmp') . "/heddle-ports-$<";
my %held;	# port => [handle, path]

# A lock that its owner removed while we waited for it is no lock: look again.
sub lock_port {
	my ($port) = @_;
	my $path = "$folder/$port";
	mkdir $folder, 0700;
	sysopen my $handle, $path, O_RDWR | O_CREAT, 0600 or return 0;
	return 0 if !flock $handle, LOCK_EX | LOCK_NB;
	my @mine = stat $handle;
	my @there = stat $path;
	return 0 if !@there || $mine[1] != $there[1];
	$held{$port} = [$handle, $path];
	return 1;
}

sub unlock_port {
	my ($port) = @_;
	my $lock = delete $held{$port} or return;
	unlink $lock->[1];
	close $lock->[0];
}

sub unused {
	my ($port) = @_;
	my $v4 = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port,
		Proto => 'tcp', Listen => 1) or return 0;
	my $udp = IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Proto => 'udp')
		or return 0;
	return 1;
}

# The first of so many consecutive ports, all locked and unused.
sub free_ports {
	my ($count) = @_;
	for (1 .. 2000) {
		my $first = FIRST + int rand(LAST - FIRST - $count);
		my @locked;
		for my $port ($first .. $first + $count - 1) {
			last if !lock_port($port);
			push @locked, $port;
			last if !unused($port);
		}
		return $first if @locked == $count && unused($locked[-1]);
		unlock_port($_) for @locked;
	}
	die "no free port between @{[FIRST]} and @{[LAST]}\n";
}

sub free_port { return free_ports(1) }

# Another address of this machine: v6's, or where there is none, another of v4.
sub second_loopback {
	my $socket = IO::Socket::IP->new(LocalHost => '::1', LocalPort => 0, Listen => 1);
	return $socket ? '[::1]' : '127.0.0.2';
}

END {
	if ($$ == $owner) {
		local ($?, $!);
		unlock_port($_) for keys %held;
		rmdir $folder;
	}
}

srand;

1;
