# SPDX-License-Identifier: BSD-2-Clause
# The programs of t/bench, which some tests use: compiled when they are asked for, by one test at a
# time.
package Heddle::Tools;

use strict;
use warnings;
use Exporter 'import';
use Fcntl qw(LOCK_EX);
use File::Basename qw(dirname);

use Heddle;
use Heddle::Child qw(launch reap end_child);

our @EXPORT_OK = qw(bench_tools);

# Their folder; undef, and a message on standard error: they do not compile.
sub bench_tools {
	my $build = dirname(Heddle::binary());
	my $makefile = -e "$build/Makefile" ? "$build/Makefile" : Heddle::root() . '/Makefile';

	open my $lock, '>', "$build/bench.lock" or die "$build/bench.lock: $!\n";
	flock $lock, LOCK_EX;
	my $pid = launch({ out => '/dev/null', err => "$build/bench.log" }, 'make', '-s', '-C', Heddle::root(), '-f', $makefile, 'SHOW_0=:', 'bench-tools');
	my $status = reap($pid, 200) // end_child($pid);
	print STDERR Heddle::read_file("$build/bench.log") if $status;
	return $status ? undef : "$build/bench";
}

1;
