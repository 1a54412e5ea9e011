#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# The first thing that is done to the default configuration: its example is turned on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $yaml = Heddle::read_file(Heddle::root() . '/conf/heddle.yaml');
$yaml =~ s/^pid_file:.*/pid_file: off/m;

my ($status, undef, $err) = Heddle::Configure->new('heddle.yaml' => $yaml)->run('-t');
is($status, 0, 'as it is, it can be started');
like($err, qr/services: there are none: nothing is served/, '... and says that it serves nothing');

my ($before, $example) = $yaml =~ /\A(.*\n)(# services:\n.*)\z/s;
ok($example, 'the example is the end of the file');
($status, undef, $err) = Heddle::Configure->new(
	'heddle.yaml' => $before . $example =~ s/^# //mgr)->run('-t', '--strict');
is($status, 0, 'without its comment signs it is right') or diag($err);
like($err, qr/ok, 1 service, 2 backends$/m, '... and all of it is there');
done_testing();
