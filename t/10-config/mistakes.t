#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Mistakes as people make them, by the files of mistakes/: what -t says, to the letter.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure qw(mistakes);

for my $cases (sort glob "$FindBin::Bin/mistakes/*.txt") {
	subtest $cases =~ s{.*/}{}r => sub { mistakes($cases) };
}
done_testing();
