# SPDX-License-Identifier: BSD-2-Clause
# Which nodes a key has that nobody has subscribed: the mountpoint's host, *.patterns, dotsplit and
# the fallback key. In whatever order they were subscribed.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_ask uwsgi_counted);

my %nodes;
sub node { my ($name) = @_; return $nodes{$name} //= backend('script', on => qr/HTTP_HOST/, text => "$name\n") }
sub said { my ($key, $who) = @_; return announcement($key, node($who // $key)->address) }
sub gone { my ($key, $who) = @_; return withdrawal($key, node($who // $key)->address) }

# What each of these keys is answered by.
sub table {
	my ($s, $what, %want) = @_;
	is($s->ask($_), $want{$_}, "$what: $_") for sort keys %want;
}

on_each_event(sub {
	# Patterns are always on; the nearest one counts.
	my $s = subscribed(workers => 2, server => "dotsplit: off\ntolerance: 90s");
	$s->send(said('*.example.com', 'pattern'), said('www.example.com', 'exact'), said('*.com', 'com'), said('*', 'star'), said('.org', 'org'));
	$s->wait_nodes(5);
	my $deep = 'a.' x 14;
	table($s, 'patterns', 'www.example.com' => 'exact', 'other.example.com' => 'pattern', 'a.b.example.com' => 'pattern',
		'example.com' => 'com', 'com' => '', 'www.example.org' => '', '.example.com' => 'com', '..example.com' => 'pattern',
		'WWW.example.com' => 'pattern', 'www.EXAMPLE.com' => 'com', 'www.example.com.' => '', 'www.example.com:80' => '',
		"${deep}example.com" => 'pattern', ('a.' x 100) . 'example.com' => '', ('x' x 243) . '.example.com' => 'pattern',
		('x' x 251) . '.com' => 'com', '*.example.com' => 'pattern', '*' => 'star', '.' => '', '..' => '', ' ' => '', "a\0b.com" => 'com');
	$s->send(gone('www.example.com', 'exact'));
	ok(until_true(sub { $s->ask('www.example.com') eq 'pattern' }), 'the exact one goes: the pattern');
	$s->send(gone('*.example.com', 'pattern'));
	ok(until_true(sub { $s->ask('www.example.com') eq 'com' }), '... which goes: the next one');
	ok($s->wait_nodes(3), '... both are gone');
	$s->heddle->reload($s->yaml =~ s/dotsplit: off/dotsplit: on/r);
	$s->send(said('.example.com', 'dot'), said('.com', 'dotcom'));
	$s->wait_nodes(5);
	table($s, 'dotsplit', 'www.example.org' => 'org', 'example.org' => 'org', 'org' => '', 'a.b.c.d.org' => 'org', 'a.b.c.d.e.f.org' => '',
		'www.example.com' => 'com', '.example.com' => 'dot');
	$s->send(gone('*.com', 'com'));
	ok(until_true(sub { $s->ask('www.example.com') eq 'dot' }), 'no pattern: dotsplit');
	table($s, 'dotsplit', 'example.com' => 'dotcom', 'other.com' => 'dotcom', 'com' => '');
	$s->heddle->finish;

	# The fallback key.
	$s = subscribed(server => "fallback_key: spare\ntolerance: 90s");
	$s->send(said('a.test', 'a'));
	$s->wait_nodes(1);
	table($s, 'no fallback is there', 'b.test' => '', 'a.test' => 'a');
	$s->send(said('spare'));
	$s->wait_nodes(2);
	table($s, 'a fallback', 'b.test' => 'spare', 'a.test' => 'a', 'spare' => 'spare', 'x' x 255 => 'spare');
	my $refusing = backend('refusing');
	$s->send(announcement('dead.test', $refusing->address));
	$s->wait_nodes(3);
	is($s->ask('dead.test'), '', 'it is for keys without nodes, not for nodes that fail');
	$s->send(gone('a.test', 'a'));
	ok(until_true(sub { $s->ask('a.test') eq 'spare' }), 'a key whose last node has gone');
	$s->heddle->reload($s->yaml =~ s/fallback_key: spare/fallback_key: other/r);
	table($s, 'another one that nobody has', 'b.test' => '', 'spare' => 'spare');
	$s->heddle->finish;

	# The first part of the path.
	for my $order (0, 1) {
		$s = subscribed(service => "key: {mountpoints: 1}", server => 'tolerance: 90s');
		my @said = (said('host/app1', 'app'), said('host', 'host'));
		$s->send($order ? reverse @said : @said);
		$s->wait_nodes(2);
		my %want = ('/app1' => 'app', '/app1/' => 'app', '/app1/x' => 'app', '/app12' => 'host', '/' => 'host', '' => '',
			'//app1' => 'host', '/%61pp1' => 'host', 'app1' => '', '/app1?x' => 'host', '/APP1' => 'host', '/' . 'x' x 300 => 'host');
		is($s->ask('host', PATH_INFO => $_), $want{$_}, "order $order: path '$_'") for sort keys %want;
		like(uwsgi_ask($s->port, uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'host')), qr/^HTTP\S+ 404 /, '... none at all');
		is($s->ask('host/app1', PATH_INFO => '/'), 'app', 'a key that has a slash itself');
		is($s->ask('other', PATH_INFO => '/app1'), '', 'another host');
		$s->send(gone('host/app1', 'app'));
		ok(until_true(sub { $s->ask('host', PATH_INFO => '/app1') eq 'host' }), 'it goes: the host');
		$s->send(said('*.test', 'pattern'), said('a.test/app1', 'app'));
		$s->wait_nodes(3);
		is($s->ask('a.test', PATH_INFO => '/app1/x'), 'app', 'a mountpoint before a pattern');
		is($s->ask('a.test', PATH_INFO => '/other'), 'pattern', '... which is of the host alone');
		$s->heddle->finish;
	}

	# Nothing is changed in the packet.
	$s = subscribed(service => "key: {mountpoints: 1}", server => 'tolerance: 90s');
	my $count = backend('count');
	$s->send(announcement('host/app1', $count->address));
	$s->wait_nodes(1);
	my $packet = uwsgi_packet(SCRIPT_NAME => '', PATH_INFO => '/app1//x%20y', REQUEST_URI => '/app1//x%20y?z', HTTP_HOST => 'host',
		HTTP_X => "\xff\x00", QUERY_STRING => 'z');
	is(uwsgi_ask($s->port, $packet), uwsgi_counted($packet), 'the packet arrives byte for byte');
	$s->heddle->finish;
});
