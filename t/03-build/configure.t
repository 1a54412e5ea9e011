#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# configure: what it says when something is missing, and that its options do something.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use File::Temp;

time_limit(400);
chdir Heddle::root();
my $dir = File::Temp->newdir('heddle-configure-XXXXXX', TMPDIR => 1);
my $makefile = Heddle::read_file('Makefile');

# (exit status, all it says); the Makefile of the source folder is not ours to change.
sub configure {
	my (@options) = @_;
	my $said = qx(./configure --builddir=$dir/build --no-makefile @options 2>&1 </dev/null);
	return ($? >> 8, $said);
}

# A compiler that does not find some headers.
sub compiler_without {
	my ($pattern) = @_;
	Heddle::write_file("$dir/cc", <<"END");
#!/bin/sh
for a in "\$@"; do
	case \$a in
	*.c) grep -q -E '$pattern' "\$a" && { echo "no such header" >&2; exit 1; } ;;
	esac
done
exec cc "\$@"
END
	chmod 0755, "$dir/cc";
	return "$dir/cc";
}

my ($status, $said) = configure('CC=' . compiler_without('jansson|event2/'));
is($status, 1, 'missing libraries: fails');
like($said, qr/missing: jansson event/, 'names them');
for my $line ('debian   apt-get install libjansson-dev libevent-dev',
	'fedora   dnf install jansson-devel libevent-devel',
	'alpine   apk add jansson-dev libevent-dev', 'freebsd  pkg install jansson libevent',
	'macos    brew install jansson libevent') {
	like($said, qr/^\s+\Q$line\E$/m, $line);
}
unlike($said, qr/yaml-dev/, 'and not what is there');

($status, $said) = configure("CC=$dir/none");
is($status, 1, 'no compiler: fails');
like($said, qr{missing: a C11 compiler \(\Q$dir\E/none is not there\)}, 'says that it is the compiler');
unlike($said, qr/missing:.*yaml/, '... and does not call libraries missing');
like($said, qr/gcc libc6-dev libyaml-dev libjansson-dev libevent-dev libssl-dev libpcre2-dev libc-ares-dev$/m, 'names all that is needed');
($status, $said) = configure('CC=' . compiler_without('stdatomic'));
like($said, qr/missing: a C11 compiler \(.* does not build a small program: /, 'a compiler that fails');

# A PATH without some programs.
my $path = $ENV{PATH};
sub path_without {
	my %without = map { $_ => 1 } @_;
	mkdir "$dir/bin";
	unlink glob "$dir/bin/*";
	for my $folder (reverse split /:/, $path) {
		for my $program (glob "$folder/*") {
			my $name = $program =~ s{.*/}{}r;
			next if $without{$name} || !-x $program;
			unlink "$dir/bin/$name";
			symlink $program, "$dir/bin/$name";
		}
	}
	return "$dir/bin";
}

{
	local $ENV{PATH} = path_without(qw(make gmake bmake));
	($status, $said) = configure();
	is($status, 1, 'no make: fails');
	like($said, qr/missing: make .*apt-get install make$/ms, 'names it');
	$ENV{PATH} = path_without(qw(make gmake bmake pkg-config pkgconf cc gcc clang));
	($status, $said) = configure();
	like($said, qr/missing: a C11 compiler \(none of cc, gcc and clang is there\)/, 'nothing there');
	like($said, qr/install make pkg-config gcc libc6-dev libyaml-dev/, 'all of it in one line');
	unlike($said, qr/install.* check/, 'but check, which only the unit tests need');
}

($status, $said) = configure('--without-wings');
is($status, 2, 'no such feature');
($status, $said) = configure('--prefix=here');
is($status, 2, 'a relative prefix is refused');

($status, $said) = configure('--prefix=/opt/h', '--sysconfdir=/etc/h', '--without-epoll',
	'CC=' . compiler_without('check[.]h'));
is($status, 0, 'without check: there is just no unit test') or diag($said);
my $config = Heddle::read_file("$dir/build/config.h");
like($config, qr{HEDDLE_SBINDIR "/opt/h/sbin"}, 'sbindir follows prefix');
like($config, qr{HEDDLE_CONF_PATH "/etc/h/heddle/heddle.yaml"}, 'sysconfdir does not');
unlike($config, qr/HAVE_EPOLL\b/, 'what is left out is out');
like(qx(make -s -f $dir/build/Makefile unit 2>&1), qr/unit tests need check/, 'make unit says so');
is(Heddle::read_file('Makefile'), $makefile, 'the Makefile here is as it was');
done_testing();
