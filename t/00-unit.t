#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The C tests, t/unit/*/*_test.c: their runner speaks TAP itself.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Spec;
use File::Temp;

my $root = abs_path(dirname(__FILE__) . '/..');
my $runner = File::Spec->rel2abs($ENV{BUILD} // "$root/build") . '/unit';
if (!-x $runner) {
	print "1..0 # SKIP not built: make unit\n";
	exit 0;
}
chdir $root or die "$root: $!";
# Its default of 4 seconds is for a machine that does nothing else.
$ENV{CK_DEFAULT_TIMEOUT} //= 60;

# Some tests make what they test complain: that is shown only when something fails.
my $complaints = File::Temp->new;
my $status = system "exec '$runner' 2>'$complaints'";
if ($status) {
	print STDERR $_ while <$complaints>;
}
exit($status ? 1 : 0);
