# SPDX-License-Identifier: BSD-2-Clause
# Files that heddle -t reads, and what it says about them.
#
#   my $c = Heddle::Configure->new('heddle.yaml' => "...", 'conf.d/a.yaml' => "...");
#   my ($status, $out, $err) = $c->run('-t');	# in its folder, -c heddle.yaml given
package Heddle::Configure;

use strict;
use warnings;
use Exporter qw(import);
use Test::More;
use Cwd qw(getcwd);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp;

use Heddle;
use Heddle::Child qw(end_child launch reap);

our @EXPORT_OK = qw(mistakes);

sub new {
	my ($class, %files) = @_;
	my $self = bless { dir => File::Temp->newdir }, $class;
	$self->write($_, $files{$_}) for keys %files;
	return $self;
}

sub write {
	my ($self, $name, $text) = @_;
	make_path(dirname("$self->{dir}/$name"));
	Heddle::write_file("$self->{dir}/$name", $text);
}

sub run {
	my ($self, @options) = @_;
	my $here = getcwd();
	my $file = ref $options[0] ? ${ shift @options } : 'heddle.yaml';
	chdir $self->{dir} or die "$self->{dir}: $!";
	unlink "out", "err";
	my $pid = launch({ out => "$self->{dir}/out", err => "$self->{dir}/err" },
		Heddle::binary(), '-c', $file, @options);
	chdir $here or die "$here: $!";
	my $status = reap($pid, 20);
	end_child($pid);	# its number, and that of its group, may become somebody else's
	return ($status, map { Heddle::read_file("$self->{dir}/$_") } qw(out err));
}

# A file of cases: "# NAME", a configuration, and behind "> " all that -t says about it, without
# its last line. Cases are parted by lines of "--".
sub mistakes {
	my ($cases) = @_;
	for my $case (split /^--\n/m, Heddle::read_file($cases)) {
		my ($name) = $case =~ /\A# (.*)\n/;
		my $wanted = join '', $case =~ /^> (.*\n)/mg;
		my $yaml = $case =~ s/\A#.*\n//r =~ s/^> .*\n//mgr;
		my ($status, undef, $err) = __PACKAGE__->new('heddle.yaml' => $yaml)->run('-t');
		$err =~ s/^heddle\.yaml://mg;
		$err =~ s/^heddle: (?:heddle\.yaml: ok|\d+ error).*\n\z//m;
		is($err, $wanted, $name);
		is($status >> 8, $wanted =~ /error: / ? 1 : 0, '... and the exit status');
	}
}

1;
