# SPDX-License-Identifier: BSD-2-Clause
# heddle fastrouter in tests: what --print writes, and what is refused.
#
#   my ($yaml, $told) = printed('--fastrouter', ':3017', '--fastrouter-to', ':3031');
#   my $told = refused(2, '--nosuch');
package Heddle::Fastrouter;

use strict;
use warnings;
use Cwd ();
use Exporter qw(import);
use File::Temp;
use Test::More;

use Heddle;
use Heddle::Child qw(launch reap);

our @EXPORT = qw(printed refused);
our @EXPORT_OK = qw(can_pass);

# (exit code, standard output, standard error)
sub run {
	my $dir = File::Temp->newdir('heddle-old-XXXXXX', TMPDIR => 1);
	my $pid = launch({ out => "$dir/out", err => "$dir/err" }, Heddle::binary(), @_);
	my $status = reap($pid, 10) // die "it goes on: @_\n";
	return ($status >> 8, map { Heddle::read_file("$dir/$_") } qw(out err));
}

# Whether this heddle has a directive of services already: then documents with it must pass -t.
my %has;
sub has {
	my ($line) = @_;
	return $has{$line} //= (run('-t', '-c', file("pid_file: off\nservices:\n  a:\n    listen: '127.0.0.1:1'\n"
		. "    protocol: uwsgi\n    backends: ['127.0.0.1:2']\n    $line\n")))[0] == 0 ? 1 : 0;
}

sub can_pass {
	my ($yaml) = @_;
	return !grep { !has($_) } 'error_response: off', $yaml =~ /^    (when_empty: \w+|post_buffering: .+)/mg;
}

my @kept;
sub file {
	my ($text) = @_;
	push @kept, File::Temp->new(TEMPLATE => 'heddle-old-XXXXXX', TMPDIR => 1, SUFFIX => '.yaml');
	Heddle::write_file("$kept[-1]", $text);
	return "$kept[-1]";
}

# (the document, what was told); the exit code must be 0, and the document must pass -t.
sub printed {
	my ($status, $yaml, $told) = run('fastrouter', '--print', @_);
	is($status, 0, "--print @_") or diag($told);
	if (can_pass($yaml)) {
		my ($tested, $out, $err) = run('-t', '-c', file($yaml));
		is($tested, 0, '  passes -t') or diag("$yaml$out$err");
	}
	return ($yaml, $told);
}

# What was told; the exit code must be this one, and nothing is printed.
sub refused {
	my ($code, @arguments) = @_;
	my ($status, $out, $told) = run('fastrouter', '--print', @arguments);
	is($status, $code, "@arguments: exit $code") or diag($told);
	is($out, '', '  without a document');
	return $told;
}

1;
