# SPDX-License-Identifier: BSD-2-Clause
# protocol says what datagrams are: auto remembers announcements and passes all on, raw remembers
# nothing, uwsgi_subscription passes on nothing else. fill_address gives a port its host.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Heddle::Subscription qw(announcement withdrawal pairs);

my $port = free_port;
my $sink = sink();
my $config = sub {
	return "fanouts: {f: {listen: \"127.0.0.1:$port\", targets: [\"" . $sink->address
		. "\"], $_[0]}}\n";
};
my $h = heddle($config->('protocol: raw'));
my $fanout = sub { return ($h->stats // {})->{fanouts}{f} // {} };
my $udp = sender($port);
my $one = announcement('k', '10.0.0.1:1');
my $reload = sub { is(($h->reload($config->($_[0])))[0], 0, $_[0]); $sink->forget };

$udp->send($one);
is($sink->wait_count(1), 1, 'raw: passed on');
$reload->('protocol: uwsgi_subscription');
$udp->send($_) for 'x', $one, '', 'y';
is($sink->wait_for(sub { 1 }), $one, 'an announcement is passed on');
ok($h->wait_for(sub { ($fanout->()->{dropped}{other} // 0) == 3 }, 5, 'dropped'), 'what is none is counted');
is($sink->count, 1, '... and not passed on');
is($fanout->()->{known}, 1, 'what was raw is not known, what was announced is');

$reload->('protocol: auto, fill_address: on');
my @sent = (announcement('k', ':3031', weight => 4), announcement('k', '10.0.0.2:1'),
	announcement('k', ':3031', sign => 'x' x 20), 'x', withdrawal('k', ':3031'));
$udp->send($_) for @sent;
is($sink->wait_count(5), 5, 'all are passed on');
my @got = $sink->got;
my %filled = pairs($got[0]);
is($filled{address}, '127.0.0.1:3031', 'a port has its host');
is($filled{weight}, 4, '... and all else is as it was');
is($got[$_], $sent[$_], 'not touched') for 1 .. 3;
is({ pairs($got[4]) }->{address}, '127.0.0.1:3031', 'the withdrawal is of the same instance');
is({ pairs($got[4]) }->{command}, 1, '... and one still');

$sink->forget;
$udp->send(announcement('k', 'x' x 255) . "\0" x 100);
$udp->send(announcement('k' x 256, '10.0.0.3:1'));
$udp->send(substr announcement('k', '10.0.0.4:1'), 0, -1);
$udp->send(announcement('k', '10.0.0.5:1') . 'z');
is($sink->wait_count(4), 4, 'whatever does not parse is passed on');
# k 10.0.0.1:1, 10.0.0.2:1, the signed one, and the one with padding
ok($h->wait_for(sub { $fanout->()->{known} == 4 }, 5, 'known'), '... and not remembered')
	or diag($fanout->()->{known});
$reload->('protocol: raw');
ok($h->wait_for(sub { $fanout->()->{known} == 0 }, 5, 'forgotten'),
	'with raw they are forgotten at once, not after tolerance');
$reload->('protocol: auto');
is($fanout->()->{known}, 0, '... and do not come back');
$h->finish;
done_testing;
