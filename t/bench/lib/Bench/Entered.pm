# SPDX-License-Identifier: BSD-2-Clause
# Functions and files that the processes enter while a command is carried out: of a copy of the
# tree, built with -finstrument-functions, under trace/entered.c.
package Bench::Entered;

use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename qw(dirname);
use Time::HiRes qw(sleep);

use Bench::Process qw(run start stop wait_for);

our @EXPORT_OK = qw(copy_tree entered);

my $trace = abs_path(dirname(__FILE__) . '/../../trace/entered.c');
my $rows = 32768;	# as there

sub sh { my ($command) = @_; system('sh', '-c', $command) == 0 or die "$command\n" }

# Copies a tree, calls `change` there, and builds it with these options of configure.
sub copy_tree {
	my ($tree, $dir, $options, $change) = @_;

	return if -x "$dir/build/heddle";
	sh("mkdir -p '$dir' && cd '$tree->{root}' && cp -pR src auto conf man t configure Makefile.in '$dir'");
	$change->();
	sh("cd '$dir' && ./configure $options >/dev/null && make -s -j2 >/dev/null");
}

sub put {
	my ($path, $text) = @_;
	open my $file, '>', $path or die "$path: $!\n";
	print $file $text;
	close $file or die "$path: $!\n";
}

sub configure {
	my ($dir, @backends) = @_;
	put("$dir/heddle.yaml", "workers: 1\nworker_sessions: 1000\npid_file: $dir/heddle.pid\n"
		. "log: {to: $dir/heddle.log}\nservices:\n  web:\n    listen: \"127.0.0.1:9001\"\n"
		. '    backends: [' . join(', ', map { "\"127.0.0.1:$_\"" } @backends) . "]\n");
}

sub note {
	my ($path, $on) = @_;
	open my $file, '+<', $path or die "$path: $!\n";
	print $file pack 'Q', $on;
	close $file;
}

# process => {address => 1}
sub noted {
	my ($path) = @_;
	my %by;

	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/;
	for my $row (unpack 'x8Q*', <$file>) {
		$by{ $row >> 32 }{ $row & 0xffffffff } = 1 if $row;
	}
	return \%by;
}

# address => [function, file]
sub places {
	my ($program, $dir, @addresses) = @_;
	my %of;

	put("$dir/addresses", join '', map { sprintf "%x\n", $_ } @addresses);
	my @lines = split /\n/, run('sh', '-c', "addr2line -f -e '$program' <'$dir/addresses'");
	for (@addresses) {
		my ($function, $file) = splice @lines, 0, 2;
		$file =~ s{:\d+.*}{};
		$file =~ s{^.*?/?src/}{};
		$of{$_} = [$function, $file];
	}
	return \%of;
}

sub entered {
	my ($tree, $folder) = @_;
	my $dir = "$folder/entered-$tree->{label}";
	my $program = "$dir/build/heddle";

	copy_tree($tree, $dir, '--with-debug CFLAGS=-finstrument-functions', sub {});
	sh("cc -D_GNU_SOURCE -O1 -fPIC -shared -o '$dir/entered.so' '$trace'");
	put("$dir/entered", "\0" x (8 * ($rows + 1)));
	configure($dir, 1);
	local $ENV{LD_PRELOAD} = "$dir/entered.so";
	local $ENV{HEDDLE_ENTERED} = "$dir/entered";
	my $master = start("$dir/out", $program, '-c', "$dir/heddle.yaml");
	wait_for('heddle', 20, sub { -S "$dir/heddle.sock" && -f "$dir/heddle.pid" });
	sleep 1;
	configure($dir, 1, 2);
	note("$dir/entered", 1);
	my (undef, $status) = run($program, '-c', "$dir/heddle.yaml", '-s', 'reload');
	note("$dir/entered", 0);
	die "the reload failed\n" if $status;

	my %kind = ($master => 'master');
	open my $children, '<', "/proc/$master/task/$master/children";
	for my $pid (split ' ', <$children> // '') {
		open my $title, '<', "/proc/$pid/cmdline" or next;
		$kind{$pid} = $1 if (<$title> // '') =~ /^heddle: (\w+)/;
	}
	my $by = noted("$dir/entered");
	my %all = map { %$_ } values %$by;
	delete $ENV{LD_PRELOAD};
	my $place = places($program, $dir, sort keys %all);
	stop($master);

	my (%figures, %functions, %files);
	for my $pid (sort keys %$by) {
		my $kind = $kind{$pid} // 'client';
		for (map { $place->{$_} } keys %{ $by->{$pid} }) {
			$functions{$kind}{"$_->[1] $_->[0]"} = $files{$kind}{ $_->[1] } = 1;
			$functions{all}{"$_->[1] $_->[0]"} = $files{all}{ $_->[1] } = 1;
		}
	}
	put("$folder/entered-$tree->{label}.txt", join '', map {
		my $kind = $_; map { "$kind $_\n" } sort keys %{ $functions{$kind} }
	} sort grep { $_ ne 'all' } keys %functions);
	for my $kind (keys %functions) {
		my $end = $kind eq 'all' ? '' : "_$kind";
		$figures{"functions$end"} = keys %{ $functions{$kind} };
		$figures{"files$end"} = keys %{ $files{$kind} };
	}
	return \%figures;
}

1;
