#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The commands of CONTRIBUTING.md, in a build folder of their own: each does what the text says.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use File::Temp;

time_limit(900);
my $root = Heddle::root();
chdir $root;
my $dir = File::Temp->newdir('heddle-contributing-XXXXXX', TMPDIR => 1);
my $page = Heddle::read_file('CONTRIBUTING.md');
my %left = map { $_ => 1 } $page =~ /^    (\S.*)$/mg;	# commands that are not tried yet

# One of the page's commands, as it stands there but for what `change` does to it: its output.
sub try {
	my ($command, $change, $pattern, $what) = @_;
	ok(delete $left{$command}, "the page has: $command");
	my $run = $change->($command);
	local %ENV = (%ENV, HEDDLE_SETUP => 'no', HEDDLE_BUILD => "$dir/b", HEDDLE_JOBS => 1);
	delete @ENV{qw(BUILD HEDDLE_CONFIGURE)};	# of who runs this test
	my $said = qx(($run) 2>&1 </dev/null);
	is($?, 0, $what) or diag("$run\n$said");
	like($said, $pattern, '... it says so');
}

my $test = 't/10-config/options.t';
try('./configure --with-debug && make && ./test', sub {
	$_[0] =~ s{--with-debug}{$& --builddir=$dir/b}r =~ s{make}{make -s -f $dir/b/Makefile}r . " $test"
}, qr/^All tests successful/m, 'configure, make, test');
like(Heddle::read_file("$dir/b/config.h"), qr/ -O0 /, '--with-debug: configured so, also by ./test');
try('./test t/20-proxy', sub { $_[0] =~ s{t/20-proxy}{$test}r }, qr/^Files=1, /m, 'a part');
ok(-d 't/20-proxy', 'that part is there');
my ($file) = $page =~ /^    prove -v (\S+)$/m;
try("prove -v $file", sub { "HEDDLE=$dir/b/heddle prove -v $test" }, qr/^ok 1/m, 'a file');
ok(-f $file, "$file is there");
try('CK_RUN_SUITE=addr build/unit', sub { $_[0] =~ s{build/unit}{$dir/b/unit}r }, qr/^ok 1 - /m,
	'a suite');
try('./configure --builddir=build/sanitized --with-sanitizers', sub {
	$_[0] =~ s{build/sanitized}{$dir/s}r }, qr/sanitizers\s+address,undefined/, 'sanitizers');
try('make -s -f build/sanitized/Makefile all unit', sub {
	$_[0] =~ s{build/sanitized}{$dir/s}r . ' --dry-run' }, qr{CC src/main\.c}, 'make there');
my ($proved) = $page =~ /^    BUILD=build\/sanitized prove (\S+)$/m;
symlink "$dir/b", "$dir/link";
try("BUILD=build/sanitized prove $proved", sub { "cd $dir && BUILD=link prove $root/$test" },
	qr/^All tests successful/m, 'a folder by a relative name');
ok(-f $proved, "$proved is there");
is(join(', ', keys %left), '', 'no other command is there');
for my $path ($page =~ m{`((?:docs|man|t|src|\.ci)/[\w./-]+|[A-Z]+)`}g) {
	ok(-e $path, "$path is there");
}
done_testing();
