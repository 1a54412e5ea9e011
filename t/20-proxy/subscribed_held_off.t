# SPDX-License-Identifier: BSD-2-Clause
# A node that announces itself and refuses is dialled now and then, and not by each request: no request
# fails or waits for it while another node lives. Alone in its pool it is dialled by each.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use JSON::PP;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time);

# Dials of sessions so far that led nowhere.
sub wasted {
	my ($s) = @_;
	my $wasted = 0;
	$wasted += $_ - 1 for Heddle::read_file($s->heddle->dir . '/access.log') =~ /"tries":(\d+)/g;
	return $wasted;
}

on_each_event(sub {
	my ($good, $dead) = (backend('uwsgi', name => 'good'), backend('uwsgi', name => 'dead'));
	$dead->stop;
	my $s = subscribed(server => 'tolerance: 30s', workers => 2);
	my $announce = sub { $s->send(map { announcement('a.test', $_->address) } $good, $dead) };
	$announce->();
	ok($s->wait_nodes(2), 'a node that lives, and one that refuses');
	my $load = load($s->port, connections => 4, until_eof => 1, ask => uwsgi_packet(HTTP_HOST => 'a.test'),
		answer => qr/^(\S+) .*\n/);
	my ($begin, $announced) = (time, 1);
	while (time - $begin < 2) {	# the announcements are the clock of this test
		$announce->();
		$announced++;
		$load->wait_for(160);
	}
	my $seconds = time - $begin;
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed") or diag(explain($result));
	is($s->count->{nodes}, 2, "both stay subscribed, by $announced announcements");
	# each dial may have been begun by several sessions, before the first of them knows
	my $most = 4 * (2 + $seconds / 0.5);
	ok(until_true(sub { wasted($s) > 0 }, 10), 'it was dialled');
	cmp_ok(wasted($s), '<=', $most, "... at most $most times in $seconds seconds");

	# It is used once it accepts, and its announcement is the occasion.
	$dead->start;
	$begin = time;
	ok(until_true(sub { $announce->(); $s->ask('a.test') =~ /^dead / }, 10), 'it lives again');
	cmp_ok(time - $begin, '<', in_time(2), '... and has requests with its next announcement');
	my $shares = $s->shares(20, 'a.test');
	is(scalar(grep { $_ < 9 || $_ > 11 } values %$shares), 0, '... half of them') or diag(explain($shares));

	# A pool without anybody else.
	my $alone = backend('uwsgi', name => 'alone');
	$alone->stop;
	$s->send(announcement('b.test', $alone->address));
	ok($s->wait_nodes(3), 'a pool of one that refuses');
	is($s->ask('b.test'), '', 'a request fails') for 1 .. 3;
	$alone->start;
	like($s->ask('b.test'), qr/^alone /, '... the next one tries it, whatever its hold-off');
	$s->heddle->finish;
});
