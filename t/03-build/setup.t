#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Without root ./test advised a line that makes nginx and PostgreSQL start at boot.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use File::Temp;

plan(skip_all => 'only on Debian') if !-f '/etc/debian_version';
my $dir = File::Temp->newdir('heddle-setup-XXXXXX', TMPDIR => 1);
my %program = ('id' => 'echo 1000', 'dpkg-query' => 'exit 1', 'apt-get' => "touch $dir/ran");
for my $name (keys %program) {
	Heddle::write_file("$dir/$name", "#!/bin/sh\n$program{$name}\n");
	chmod 0755, "$dir/$name";
}
my $said = qx(cd / && PATH=$dir:\$PATH sh ${\Heddle::root()}/auto/setup build test 2>&1);
is($? >> 8, 1, 'it ends with 1');
like($said, qr/^missing packages: .*\bpostgresql\b/m, 'says what is missing');
my $root = Heddle::root();
like($said, qr{in \Q$root\E:\n  sh auto/setup build test\n}, 'and a command that installs it');
unlike($said, qr/apt-get install/, '... that starts no service');
like($said, qr/HEDDLE_SETUP=no/, 'or how to go on without');
ok(!-e "$dir/ran", 'it installs nothing itself');
# Elsewhere nothing is installed, and a program that is missing is named before anything is built.
my $bare = File::Temp->newdir('heddle-bare-XXXXXX', TMPDIR => 1);
for my $name (qw(sh dirname id sed grep cat)) {
	symlink program($name), "$bare/$name" if program($name);
}
for (['./test', 'prove'], ['./demo', 'perl']) {
	my ($command, $missing) = @$_;
	local $ENV{PATH} = "$bare";
	local $ENV{HEDDLE_SETUP} = 'no';
	$said = `cd $root && $bare/sh $command 2>&1`;
	is($? >> 8, 1, "$command without $missing ends with 1");
	like($said, qr/^\Q$command\E needs $missing/, '... and says so');
}
done_testing();
