# SPDX-License-Identifier: BSD-2-Clause
# knot as tests use it: a changed zone is in force at once, fails when told to, and comes back.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use Heddle::Datagrams qw(sender);
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();

# (response code, truncated, number of answers) to a question for an A record; () is silence.
sub ask {
	my ($knot, $name, $seconds) = @_;
	my $sender = sender($knot->port);
	$sender->send(pack('n6', 7, 0x100, 1, 0, 0, 0)
		. join('', map { pack 'C/a', $_ } split /\./, $name) . pack('C n2', 0, 1, 1));
	my $answer = $sender->wait_for(sub { 1 }, $seconds // 5) // return '';
	my (undef, $flags, undef, $count) = unpack 'n4', $answer;
	return join ' ', $flags & 15, $flags >> 9 & 1, $count;
}

my $knot = knot('site.test' => "www 60 A 10.0.0.1\n", 'other.test' => "www 60 A 10.0.0.9\n");
is(ask($knot, 'www.site.test'), '0 0 1', 'one address');
$knot->zone('site.test', "www 60 A 10.0.0.2\nwww 60 A 10.0.0.3\n");
is(ask($knot, 'www.site.test'), '0 0 2', 'two');
is(ask($knot, 'no.site.test'), '3 0 0', 'NXDOMAIN');
$knot->zone('site.test', "www 60 TXT x\n");
is(ask($knot, 'www.site.test'), '0 0 0', 'no address');
$knot->fail('site.test');
is(ask($knot, 'www.site.test'), '2 0 0', 'SERVFAIL');
is(ask($knot, 'www.other.test'), '0 0 1', '... of this zone only');
$knot->zone('site.test', join '', map { "www 60 A 10.0.1.$_\n" } 1 .. 200);
is(ask($knot, 'www.site.test'), '0 1 0', 'truncated');
$knot->pause;
is(ask($knot, 'www.site.test', 0.1), '', 'silence');
$knot->resume;
is(ask($knot, 'www.other.test'), '0 0 1', 'and back');
$knot->stop;
is(ask($knot, 'www.site.test', 0.1), '', 'stopped');
$knot->start;
is(ask($knot, 'www.other.test'), '0 0 1', 'started again');
done_testing();
