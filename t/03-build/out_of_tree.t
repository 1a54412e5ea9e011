#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A build elsewhere replaced the Makefile beside the sources, and said "make", which failed there.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use File::Temp;

time_limit(600);
my $root = Heddle::root();
my $dir = File::Temp->newdir('heddle-elsewhere-XXXXXX', TMPDIR => 1);
# (name, content and time of all there is beside the sources)
sub beside { return map { my $n = $_; $n, (stat $n)[9] } sort grep { -f } glob "$root/* $root/.*" }
my @before = beside();

# The command that configure prints at its end, run where it was called. `only`: options for make.
sub built {
	my ($where, $build, $configure, $only) = @_;
	mkdir $where;
	my $said = qx(cd $where && $configure CFLAGS=-O0 2>&1 </dev/null);
	is($?, 0, "$configure") or diag($said);
	my ($make) = $said =~ /^Now: (.*) && /m or return fail('says what is next');
	is_deeply([beside()], \@before, 'nothing beside the sources changes');
	my $made = qx(cd $where && $make -s SHOW_0=: $only 2>&1 </dev/null);
	is($?, 0, "then $make") or diag($made);
	ok(-x "$build/heddle", 'the program is in the build folder') if $only eq '';
	return $make;
}

built("$dir/here", "$dir/here", "$root/configure", '');
qx(cd $dir/here && make -s install DESTDIR=$dir/dest 2>&1);
ok(-x "$dir/dest/usr/local/sbin/heddle", 'make install');
my $again = qx(cd $root && sh $dir/here/reconfigure 2>&1);
like($again, qr{build folder\s+\Q$dir\E/here }, 'configured again, to the same folder');
SKIP: {
	skip 'no bmake', 1 if !program('bmake');
	unlink "$dir/here/src/main.o";
	my $made = qx(cd $dir/here && bmake -s SHOW_0=: 2>&1 </dev/null);
	ok(-e "$dir/here/src/main.o", 'BSD make') or diag($made);
}

my $make = built("$dir/other", "$dir/other/sub", "$root/configure --builddir=sub", '-n');
is($make, "make -f $dir/other/sub/Makefile", 'a folder below is named');
qx(cd $dir/here && make distclean 2>&1);
ok(!-e "$dir/here", 'make distclean takes the folder away');
is_deeply([beside()], \@before, '... and nothing else');
done_testing();
