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
my ($rules) = grep { -f } dirname($makefile) . '/heddle.mk', $makefile;
my %folder = map { Heddle::read_file($rules) =~ /^$_ = (.*)$/m ? ($_ => $1) : () }
	qw(sbindir libdir LANGUAGES sysconfdir datadir mandir runstatedir);
my $conf = "$dest$folder{sysconfdir}/heddle/heddle.yaml";

sub make {
	my ($target) = @_;
	my $said = qx(make -s -f $makefile $target DESTDIR=$dest 2>&1);
	is($?, 0, "make $target") or diag($said);
}

make('install');
ok(-x "$dest$folder{sbindir}/heddle", 'the program');
ok(-s "$dest$folder{mandir}/$_", $_) for 'man8/heddle.8', 'man7/heddle-log.7',
	'man5/heddle.yaml.5', 'man5/heddle-state.5', 'man7/heddle-api.7';
ok(-s "$dest$folder{libdir}/heddle/heddle-$_.so", "scripts in $_") for split / /, $folder{LANGUAGES};
$ENV{HEDDLE_MODULES} = "$dest$folder{libdir}/heddle";
my $share = "$dest$folder{datadir}/heddle";
ok(-x "$share/init/$_", $_) for 'heddle.sysv', 'heddle.openrc';
ok(-s "$share/$_", $_) for 'systemd/heddle.service', 'logrotate/heddle';
like(qx($dest$folder{sbindir}/heddle -t -c $conf 2>&1), qr/: ok/, 'it accepts its configuration');
for my $example (glob "$share/examples/*.yaml") {
	# folders of DESTDIR are not yet where they will be
	like(qx($dest$folder{sbindir}/heddle -t -c $example -g "state: $dest/state.json" 2>&1),
		qr/: ok/, $example =~ s/.*\///r);
}

# What is installed speaks of the folders of configure.
my $all = join '', map { Heddle::read_file($_) } glob "$share/*/heddle*";
like($all, qr{$folder{sbindir}/heddle}, 'the program is called where it is');
like(Heddle::read_file("$share/init/heddle.sysv"), qr{:-$folder{runstatedir}/heddle/heddle\.pid},
	'the pid file is looked for where it is');

# Paths of ours that a file names, but those that init systems look for.
sub named_paths {
	my %paths = map { $_ => 1 } grep { !m{^/etc/(?:default|conf\.d)/heddle$} } map {
		Heddle::read_file($_) =~ m{(?<![\w.*/-])(/[\w./@~+-]*heddle[\w./-]*\w)}g
	} @_;
	return sort keys %paths;
}
sub installed { my ($top, @find) = @_; return split /\n/, qx(find $top -type f @find) }
sub strangers {
	my ($paths, @known) = @_;
	return join ' ', grep { my $path = $_; !grep { $path =~ m{^\Q$_\E(?:/|$)} } @known } @$paths;
}

my @printed = map { /^(?!prefix).* (\/\S+)$/ ? $1 : () } split /\n/, qx($dest$folder{sbindir}/heddle -V);
my @paths = named_paths(installed($dest, "-path '*/man[1-8]/*'"));
cmp_ok(scalar @paths, '>', 3, 'the manual names paths');
is(strangers(\@paths, @printed), '', '... that heddle -V prints, no other');

# Folders whose names contain what is replaced.
my %odd = (sbindir => '/opt/usr/sbin/heddle-1', sysconfdir => '/opt/run/heddle-1/etc',
	runstatedir => '/opt/etc/heddle-1/run', localstatedir => '/opt/var/lib/heddle-1/var',
	datadir => '/opt/share', mandir => '/opt/man');
my $words = join ' ', map { "$_=$odd{$_}" } sort keys %odd;
qx(env BUILD=@{[dirname(Heddle::binary())]} DESTDIR=$dest/odd $words sh auto/install);
is(strangers([named_paths(installed("$dest/odd", "! -path '*/sbin/*'"))], "$odd{sbindir}/heddle",
	"$odd{sysconfdir}/heddle", "$odd{runstatedir}/heddle",
	map { "$odd{localstatedir}/$_/heddle" } qw(log lib)), '', 'each path is translated once');

Heddle::write_file($conf, "workers: 3\n");
make('install');
is(Heddle::read_file($conf), "workers: 3\n", 'a configuration is not overwritten');
ok(-s "$conf.default", 'the new one lies beside it');

make('uninstall');
ok(!-e "$dest$folder{sbindir}/heddle", 'the program is gone');
ok(!-e $share, 'and what came with it');
ok(-e $conf, 'the configuration is not');
done_testing();
