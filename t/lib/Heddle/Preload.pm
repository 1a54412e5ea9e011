# SPDX-License-Identifier: BSD-2-Clause
# A library of the test's own between heddle and that of C, for what no test can bring about from
# outside (LD_PRELOAD). The test is skipped where that cannot be.
#
#   my ($library, $dir) = preload($source);
#   my $h = heddle($yaml, env => { LD_PRELOAD => $library, MARK => "$dir/mark" });
package Heddle::Preload;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp ();
use Test::More;

use Heddle;

our @EXPORT_OK = qw(preload);

my @kept;	# their folders go with the test

# The path of the library, and of a folder for files that it looks for, which all may read.
sub preload {
	my ($source) = @_;
	plan(skip_all => 'built with sanitizers: no library can get in between') if Heddle::sanitized();
	push @kept, my $dir = File::Temp->newdir('heddle-preload-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	open my $cc, '|-', "cc -shared -fPIC -xc -o $dir/library.so - -ldl 2>/dev/null"
		or plan(skip_all => 'no C compiler');
	print $cc $source;
	close $cc or plan(skip_all => 'no C compiler, or no library can get in between');
	return ("$dir/library.so", "$dir");
}

1;
