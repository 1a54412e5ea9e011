#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# "systemctl start heddle" fails: Read-only file system. The installed unit, for the default prefix
# and for a distribution's: heddle may write where its files are, with the rights that it has there.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

time_limit(900);
chdir Heddle::root();
my $work = File::Temp->newdir('heddle-unit-XXXXXX', TMPDIR => 1);
chmod 0755, $work;

# A file system of its own: /usr and /etc with what is installed, read-only as the unit says; of
# its paths only the writable ones are. Then a start, a reload and a stop, with its capabilities.
Heddle::write_file("$work/sandbox", <<'END');
set -e
root=$1 dest=$2 capabilities=$3 conf=$4 logs=$5 made=$6 writable=$7
mount -t tmpfs tmpfs "$root"
chmod 755 "$root"
cd "$root"
mkdir usr etc proc dev run tmp var
for name in bin sbin lib lib32 lib64; do
	if [ -L "/$name" ]; then cp -P "/$name" "$name"
	elif [ -d "/$name" ]; then mkdir "$name"; mount --rbind "/$name" "$name"
	fi
done
mount --rbind /proc proc
mount --rbind /dev dev
for name in usr etc; do
	mkdir -p "$dest/$name"
	mount -t overlay overlay -o "lowerdir=$dest/$name:/$name" "$name" || exit 77
done
for path in $made; do mkdir -p ".$path"; done
for path in $writable; do
	[ ! -d "$dest$path" ] || [ ! -d ".$path" ] || mount --bind "$dest$path" ".$path"
done
heddle() { chroot . setpriv --no-new-privs --inh-caps=-all --bounding-set "-all,$capabilities" "$@"; }
heddle perl -MSocket -e 'socket(my $s, AF_INET, SOCK_STREAM, 0) or die;
	my $all = pack "SCCL", 6, 0, 0, 0xffffffff;
	print setsockopt($s, SOL_SOCKET, 26, pack "Sx![P]P", 1, $all) ? "filter\n" : "no filter: $!\n"'
heddle "$8" -c "$conf" -g "log: $logs/error.log" -D
heddle "$8" -c "$conf" -g "log: $logs/error.log" -s reload
heddle "$8" -c "$conf" -s stop
while [ -e "./$9" ]; do sleep 0.05; done
cat "./$logs/error.log"
END

sub installed {
	my ($name, @options) = @_;
	my ($build, $dest) = ("$work/$name-build", "$work/$name");
	my $said = qx(./configure --builddir=$build --no-makefile CFLAGS=-O0 @options 2>&1 &&
		make -s SHOW_0=: -f $build/Makefile install DESTDIR=$dest 2>&1);
	is($?, 0, 'it is built and installed') or diag($said);
	return ($dest, "$build/heddle");
}

# KEY => [words of all its lines]
sub unit {
	my ($path) = @_;
	my %unit;
	for my $line (split /\n/, Heddle::read_file($path)) {
		push @{ $unit{$1} }, split ' ', $2 if $line =~ /^(\w+)=(.*)/;
	}
	return %unit;
}

sub under { my ($path, @folders) = @_; return scalar grep { "$path/" =~ m{^\Q$_\E/} } @folders }

sub check {
	my ($name, @options) = @_;
	my ($dest, $program) = installed($name, @options);
	my %path = map { /^(.*?) (\/.*)$/ ? ($1 => $2) : () } split /\n/, qx($program -V);
	my ($share) = "$dest$path{prefix}/share/heddle";
	my %unit = unit("$share/systemd/heddle.service");

	for my $key (qw(ExecStartPre ExecStart ExecReload)) {
		is($unit{$key}[0], $path{program}, "$key: the program");
		is($unit{$key}[2], $path{configuration}, "$key: the configuration");
	}
	ok(-e "$dest$path{$_}", "$path{$_} is there") for qw(program configuration);

	my @made = map { my ($key, $top) = @$_; map { "$top/$_" } @{ $unit{$key} // [] } }
		([RuntimeDirectory => '/run'], [StateDirectory => '/var/lib'],
			[LogsDirectory => '/var/log']);
	my @writable = map { s/^-//r } @{ $unit{ReadWritePaths} // [] };
	for my $what ('pid file', 'control socket', 'log folder') {
		my $file = $path{$what} // '';
		ok(under($file, @writable), "$file ($what) is under a writable path");
		my $folder = $what eq 'log folder' ? $file : $file =~ s{/[^/]*$}{}r;
		ok(-d "$dest$folder" || under($folder, @made), "$folder is made, by us or systemd");
	}
	for my $folder (@made) {
		ok(under($folder, @writable), "systemd makes $folder, which heddle uses");
	}

	SKIP: {
		skip 'only root makes a file system of its own', 3 if $> != 0 || $^O ne 'linux';
		skip 'no unshare, setpriv', 3 if !program('unshare') || !program('setpriv');
		my $capabilities = join ',', map { '+' . lc s/^CAP_//r } @{ $unit{CapabilityBoundingSet} };
		mkdir "$work/root";
		my $can = qx(unshare -mpf true 2>&1);
		skip "unshare: $can", 3 if $?;
		my $said = qx(unshare -mpf --kill-child sh $work/sandbox $work/root $dest $capabilities \\
			$path{configuration} $path{'log folder'} '@made' '@writable' $path{program} \\
			'$path{'pid file'}' 2>&1);
		skip 'no overlay here', 3 if $? >> 8 == 77;
		is($?, 0, 'it starts, reloads and stops') or diag($said);
		like($said, qr/^filter$/m, 'it may attach the filter that keeps removals free of resets');
		unlike($said, qr/ (?:alert|error) /, 'and finds nothing wrong') or diag($said);
	}
}

subtest 'default prefix' => sub { check('local') };
subtest '--prefix=/usr' => sub { check('usr', '--prefix=/usr') };
done_testing();
