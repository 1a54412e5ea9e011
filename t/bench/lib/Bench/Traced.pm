# SPDX-License-Identifier: BSD-2-Clause
# What a program does, counted by others: system calls by strace, instructions by callgrind. Both
# slow it down: nothing is timed meanwhile.
package Bench::Traced;

use strict;
use warnings;
use Exporter 'import';

use Bench::Process qw(start tree wait_for);

our @EXPORT_OK = qw(calls callgrind end_callgrind);

sub traced {
	my ($pid) = @_;

	open my $file, '<', "/proc/$pid/status" or return 1;
	return grep { /^TracerPid:\s+[1-9]/ } <$file>;
}

# System calls of all processes of a program while the code runs: name => how many.
sub calls {
	my ($root, $folder, $code) = @_;
	my @pids = tree($root);
	my $out = "$folder/strace.out";
	my $strace = start('/dev/null', 'strace', '-c', '-f', '-o', $out, map { ('-p', $_) } @pids);
	my %calls;

	wait_for('strace', 10, sub { @pids == grep { traced($_) } @pids });
	$code->();
	kill 'INT', $strace;
	wait_for('strace to end', 10, sub { waitpid($strace, 1) == $strace });
	open my $file, '<', $out or die "$out: $!\n";
	while (<$file>) {
		my @fields = split;
		next if @fields < 5 || $fields[0] !~ /^[\d.]+$/ || $fields[-1] eq 'total';
		$calls{ $fields[-1] } += $fields[3];
	}
	return %calls;
}

# What to put before a command whose instructions are counted; its processes may be anybody's.
sub callgrind {
	my ($folder) = @_;

	mkdir "$folder/callgrind";
	chmod 01777, "$folder/callgrind";
	return 'valgrind', '--tool=callgrind', '--trace-children=yes',
	    "--callgrind-out-file=$folder/callgrind/out.%p";
}

# Ends the program: the instructions of all its processes, from its start on.
sub end_callgrind {
	my ($root, $folder) = @_;
	my ($sum, %sum) = 0;

	kill 'TERM', $root;
	wait_for('callgrind to end', 30, sub {
		waitpid($root, 1);
		my @left = tree($root);
		return !@left;
	});
	for my $path (glob "$folder/callgrind/out.*") {
		open my $file, '<', $path or die "$path: $!\n";
		while (<$file>) {
			$sum += $1 if /^(?:summary|totals): (\d+)/ && !$sum{$path}++;
		}
		unlink $path;
	}
	return $sum;
}

1;
