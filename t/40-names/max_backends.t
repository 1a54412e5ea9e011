# SPDX-License-Identifier: BSD-2-Clause
# A name has more addresses than max_backends has room for: the rest is used, which the log tells
# once and the stats all the time. Room that comes free is used: by an answer, by the API, and when
# the last session of a removed address ends. All addresses are replaced by others under load.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Dns qw(dns);
use Heddle::Load qw(load);

plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(120);

on_each_event(sub {
	my $one = backend('named', name => 'one', address => '0.0.0.0:' . free_port);
	my $target = $one->address =~ s/.*://r;
	my $answer = sub { return ('app.test' => [map { "1 A 127.0.$_[0].$_" } $_[1] .. $_[2]]) };
	my $dns = dns($answer->(1, 1, 8));
	my ($port, $other) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 2);
max_backends: 8
resolver: {servers: ["${\$dns->address}"], min_ttl: 100ms}
services:
  web:
    listen: "127.0.0.1:$port"
    backends: {app: {address: "app.test:$target", refresh: 100ms}}
  other:
    listen: "127.0.0.1:$other"
    backends: {a: "127.0.0.1:$target", b: "127.0.0.1:$target", c: "127.0.0.1:$target"}
YAML
	my $members = sub { my @all = keys %{ $h->service('web')->{backends} };
		return scalar grep { !$_[0] || /\@127\.0\.$_[0]\./ } @all };
	my $becomes = sub {
		my ($count, $unused, $what, $net) = @_;
		ok($h->wait_for(sub { $members->($net) == $count && $members->() == $count
			&& $h->service('web')->{addresses_unused} == $unused }, 10, $what), $what)
			or diag($members->(), ' used, ', $h->service('web')->{addresses_unused}, ' not');
	};
	my $told = sub { return scalar(() = $h->log =~ /no room for \d+ of/g) };
	$becomes->(4, 4, 'of 8 addresses those that there is room for');
	ok($h->wait_log(qr/services\.web\.backends\.app: no room for 4 of its addresses, .*raise max_backends/),
		'... which the log tells');
	is(many($port, 4), 'one one one one', '... and clients are served');
	my $api = Heddle::Api->new($h->control);
	is($api->put('services/other/backends/d', { address => "127.0.0.1:$target" }), 409,
		'the API has no room either');
	is($api->remove('services/other/backends/a'), 200, 'one of another service is removed');
	$becomes->(5, 3, '... and makes room');
	is($told->(), 1, 'told once');
	$dns->zone($answer->(1, 1, 3));
	$becomes->(3, 0, 'three addresses');
	is($api->put('services/other/backends/d', { address => "127.0.0.1:$target" }), 201,
		'... leave room for the API');
	$dns->zone($answer->(1, 1, 9));
	$becomes->(4, 5, 'nine addresses');
	is($h->log_count(qr/no room for \d+ of/, 2), 2, '... are told again');

	my $load = load($port, connections => 4);
	for my $net (2 .. 5) {
		$dns->zone($answer->($net, 1, 9));
		$becomes->(4, 5, 'all are replaced', $net);
		$load->wait_for(16);
	}
	my $result = $load->stop;
	cmp_ok($result->{ok}, '>=', 64, 'under connections');
	is($result->{$_}, 0, "... without one that ended by $_") for qw(refused reset eof timeout other);
	is($told->(), 2, '... and not told again');

	my @held = map { client($port) } 1 .. 4;
	is($_->ask('?'), 'one ?', 'a session') for @held;
	$dns->zone($answer->(6, 1, 4));
	ok($h->wait_for(sub { !$members->(5) }, 10, 'gone'), 'all are removed, and have sessions');
	cmp_ok($members->(), '<', 4, '... which keep their room');
	$_->close for @held;
	$becomes->(4, 0, '... until they end', 6);
	is(many($port, 2), 'one one', '... and they serve');
	$h->finish;
});
