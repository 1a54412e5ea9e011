# SPDX-License-Identifier: BSD-2-Clause
# A folder of t/recipes: a new file and a row; t/recipes/README.md says how they are written.
package Heddle::Recipe;

use strict;
use warnings;
use File::Basename qw(basename);

# {name, folder, new => [paths], changed, reason, edits => [{file, after, lines}], config,
# service, send, expect => [[where, pattern]]}; dies where `row` cannot be understood.
sub read_recipe {
	my ($dir) = @_;
	my $self = { name => basename($dir), dir => $dir, changed => 1, new_files => 1,
		reason => '', edits => [], config => '', again => '', service => '', send => '', expect => [] };
	my $file;
	open my $row, '<', "$dir/row" or die "$dir/row: $!\n";
	while (<$row>) {
		next if /^\s*(?:#|$)/;
		my ($key, $value) = /^(\w+): ?(.*)$/ or die "$dir/row:$.: not KEY: VALUE\n";
		if ($key eq 'file') {
			$file = $value;
		} elsif ($key eq 'after') {
			push @{ $self->{edits} }, { file => $file, after => $value, lines => [] };
		} elsif ($key eq 'text') {
			push @{ $self->{edits}[-1]{lines} }, $value;
		} elsif ($key eq 'expect') {
			push @{ $self->{expect} }, [split / /, $value, 2];
		} elsif ($key =~ /^(?:config|again|send)$/) {
			$self->{$key} .= "$value\n";
		} elsif ($key eq 'service') {
			$self->{service} .= "  $value\n";
		} elsif ($key eq 'new') {
			$self->{new_files} = $value;
		} elsif ($key =~ /^(?:folder|changed|reason)$/) {
			$self->{$key} = $value;
		} else {
			die "$dir/row:$.: \"$key\"\n";
		}
	}
	$self->{sources} = [glob "$dir/*.[ch]"];
	return bless $self;
}

sub all {
	my ($root) = @_;
	return map { read_recipe($_) } sort grep { -f "$_/row" } glob "$root/t/recipes/*";
}

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	return readline $file if wantarray;
	local $/;
	return scalar readline $file;
}

# Adds the recipe to a copy of the tree: ([new files], [changed files]).
sub add {
	my ($self, $copy) = @_;
	my (@new, %text);
	for (@{ $self->{sources} }) {
		my $path = "$self->{folder}/" . basename($_);
		die "$path is there already\n" if -e "$copy/$path";
		open my $to, '>', "$copy/$path" or die "$path: $!\n";
		print $to slurp($_);
		close $to or die "$path: $!\n";
		push @new, $path;
	}
	for my $edit (@{ $self->{edits} }) {
		my $lines = $text{ $edit->{file} } //= [slurp("$copy/$edit->{file}")];
		my ($at) = grep { $lines->[$_] =~ /$edit->{after}/ } 0 .. $#$lines;
		die "$edit->{file}: no line matches $edit->{after}\n" if !defined $at;
		splice @$lines, $at + 1, 0, map { "$_\n" } @{ $edit->{lines} };
	}
	for my $path (sort keys %text) {
		open my $to, '>', "$copy/$path" or die "$path: $!\n";
		print $to @{ $text{$path} };
		close $to or die "$path: $!\n";
	}
	return (\@new, [sort keys %text]);
}

# A copy of the tree with what is built already, so that only what changes is compiled.
sub copy_tree {
	my ($root, $build, $copy) = @_;
	opendir my $folder, $root or die "$root: $!\n";
	my @top = grep { !/^\.|^(?:build|node_modules)$/ } readdir $folder;
	system('cp', '-pR', (map { "$root/$_" } @top), $copy) == 0 or return 0;
	mkdir "$copy/build" or return 0;
	system('cp', '-pR', (map { "$build/$_" } qw(config.h heddle.mk src t)), "$copy/build") == 0
		or return 0;
	system('cp', '-p', "$build/libheddle.a", "$copy/build");
	# What a source includes is said with the path of the folder where it was built.
	my ($said) = slurp("$build/heddle.mk") =~ /^BUILD = (.*)/m;
	return 1 if $said eq 'build';
	for my $path (split /\n/, qx(find '$copy/build' -name '*.d')) {
		my $text = slurp($path);
		my @times = (stat $path)[8, 9];
		$text =~ s/\Q$said\E/build/g;
		open my $to, '>', $path or return 0;
		print $to $text;
		close $to;
		utime @times, $path;
	}
	return 1;
}

1;
