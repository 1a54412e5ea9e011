#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# make install into a DESTDIR: what is there after it, and that it takes away nothing of the user's.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Basename qw(dirname);
use File::Temp;

my $makefile = dirname(Heddle::binary()) . '/Makefile';
plan(skip_all => "no $makefile") if !-f $makefile;
chdir Heddle::root();
my $dest = File::Temp->newdir('heddle-install-XXXXXX', TMPDIR => 1);
my %folder = map { Heddle::read_file($makefile) =~ /^$_ = (.*)$/m ? ($_ => $1) : () }
	qw(sbindir sysconfdir datadir mandir runstatedir);
my $conf = "$dest$folder{sysconfdir}/heddle/heddle.yaml";

sub make {
	my ($target) = @_;
	my $said = qx(make -s -f $makefile $target DESTDIR=$dest 2>&1);
	is($?, 0, "make $target") or diag($said);
}

make('install');
ok(-x "$dest$folder{sbindir}/heddle", 'the program');
ok(-s "$dest$folder{mandir}/$_", $_) for 'man8/heddle.8', 'man5/heddle.yaml.5';
my $share = "$dest$folder{datadir}/heddle";
ok(-x "$share/init/$_", $_) for 'heddle.sysv', 'heddle.openrc';
ok(-s "$share/$_", $_) for 'systemd/heddle.service', 'logrotate/heddle';
like(qx($dest$folder{sbindir}/heddle -t -c $conf 2>&1), qr/: ok/, 'it accepts its configuration');
for my $example (glob "$share/examples/*.yaml") {
	like(qx($dest$folder{sbindir}/heddle -t -c $example 2>&1), qr/: ok/, $example =~ s/.*\///r);
}

# What is installed speaks of the folders of configure.
my $all = join '', map { Heddle::read_file($_) } glob "$share/*/heddle*";
like($all, qr{$folder{sbindir}/heddle}, 'the program is called where it is');
like(Heddle::read_file("$share/init/heddle.sysv"), qr{:-$folder{runstatedir}/heddle/heddle\.pid},
	'the pid file is looked for where it is');

Heddle::write_file($conf, "workers: 3\n");
make('install');
is(Heddle::read_file($conf), "workers: 3\n", 'a configuration is not overwritten');
ok(-s "$conf.default", 'the new one lies beside it');

make('uninstall');
ok(!-e "$dest$folder{sbindir}/heddle", 'the program is gone');
ok(!-e $share, 'and what came with it');
ok(-e $conf, 'the configuration is not');
done_testing();
