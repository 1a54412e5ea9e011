#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The README's demonstration, two of them at a time: they show what they promise, serve until
# they are interrupted, and leave nothing.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Basename qw(dirname);
use File::Temp;

my $dir = File::Temp->newdir('heddle-demo-XXXXXX', TMPDIR => 1);

sub demo {
	my ($name) = @_;
	my %d = (out => "$dir/$name");
	$d{pid} = launch({ out => $d{out}, err => $d{out} }, $^X, Heddle::root() . '/t/demo.pl',
		dirname(Heddle::binary()));
	return \%d;
}

sub said { my ($d) = @_; return Heddle::read_file($d->{out}) }

my @demos = map { demo($_) } qw(first second);
for my $d (@demos) {
	ok(until_true(sub { said($d) =~ /goes on until Ctrl-C/ || defined reap($d->{pid}) }, 60),
		'it comes to its end');
	my $said = said($d);
	my @counts = $said =~ /300 connections: (.*)/g;
	is($counts[0], 'one 100, two 100, three 100; failed 0', 'traffic flows');
	like($counts[1] // '', qr/two \d, three \d+; failed 0/, 'nobody notices that one dies');
	is($counts[2], 'one 100, two 100, three 100; failed 0', 'it comes back');
	is($counts[3], 'one 150, two 50, three 50, four 50; failed 0', 'a reload');
	like($said, qr/opened before it: served; workers the same/, 'without anyone noticing');
	my ($address) = $said =~ m{curl http://([\d.:]+)/};
	my ($status, $body) = Heddle::Http::request($address, 'GET', '/');
	is("$status $body" =~ s/from \w+/from/r, "200 hello from\n", 'the address to try');
	$d->{folder} = $1 if $said =~ m{--unix-socket (\S+)/};
	$d->{heddle} = $1 if $said =~ /^heddle is pid (\d+)/m;
}
isnt($demos[0]{folder}, $demos[1]{folder}, 'two do not meet');
for my $d (@demos) {
	is(end_child($d->{pid}, 'INT', 20), 0, 'Ctrl-C ends it');
	ok(!kill(0, $d->{heddle}), 'heddle is gone');
	ok(!-e $d->{folder}, 'and its folder');
}
done_testing();
