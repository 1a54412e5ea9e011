# SPDX-License-Identifier: BSD-2-Clause
# The resolver process is killed, again and again, under connections to backends that are names, and
# while DNS fails: what was answered stays, backends and fan-outs use it, the stats tell how old it
# is, and the successor asks again. So it does when the first answer was under way.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sender);
use Heddle::Dns qw(dns);
use Heddle::Load qw(load);
use Time::HiRes qw(time);

plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(150);
my $srv = 'srv:_app._tcp.test';
my @srv_records = ('1 SRV 1 7 %d host.test', '1 SRV 2 9 %d other.test');

on_each_event(sub {
	my $one = backend('named', name => 'one', address => '[::]:' . free_port);
	my $target = $one->address =~ s/.*://r;
	my %zone = ('app.test' => ['1 A 127.0.0.1', '1 A 127.0.0.2', '1 AAAA ::1'],
		'host.test' => ['1 A 127.0.0.3'], 'other.test' => ['1 A 127.0.0.4'],
		'_app._tcp.test' => [map { sprintf $_, $target } @srv_records],
		'first.test' => ['1 A 127.0.0.5']);
	my $dns = dns(%zone);
	my ($port, $late) = (free_port, free_port);
	my $sink = sink('127.0.0.3:' . free_port);
	my $in = free_port;
	my $yaml = sub { my ($more) = @_; return <<"YAML" };
resolver: {servers: ["${\$dns->address}"], timeout: 1s, tries: 1}
services:
  web:
    listen: "127.0.0.1:$port"
    backends: {app: "app.test:$target", svc: "$srv"}
$more
fanouts:
  out: {listen: "127.0.0.1:$in", targets: ["host.test:${\$sink->port}"]}
YAML
	my $h = heddle($yaml->(''), workers => 2);
	my $members = sub { return join ' ', sort map { s/:$target$//r }
		keys %{ $h->service('web')->{backends} } };
	my $all = 'app@127.0.0.1 app@127.0.0.2 app@[::1] svc@127.0.0.3 svc@127.0.0.4';
	my $resolver = sub { return map { $_->{pid} } $h->processes('resolver') };
	my $names = sub { return ($h->stats // {})->{resolver}{names} // {} };
	# one reading of the stats: a resolver may die between two
	my $errors = sub {
		my (%expected) = @_;
		my $now = $names->();
		return !grep { ($now->{$_}{error} // '') ne $expected{$_} } keys %expected;
	};
	my $dies = sub {
		my ($meanwhile) = @_;
		my ($old) = $resolver->();
		kill KILL => $old;
		$meanwhile->() if $meanwhile;
		return $h->wait_for(sub { my ($new) = $resolver->(); $new && $new != $old }, 15, 'another');
	};
	ok($h->wait_for(sub { $members->() eq $all && @{ $names->()->{$srv}{addresses} // [] } == 2 }, 10,
		'all'), 'five addresses') or diag($members->());
	my $notes = sub { return scalar(() = $h->log =~ /names: /g) };
	is(($h->reload)[0], 0, 'the log is written');	# up to the answer of a reload
	my $before = $notes->();

	# 1: DNS answers
	my $load = load($port, connections => 8);
	my $asked = $dns->questions('app.test');
	for (1 .. 2) {
		$load->wait_for(200);
		ok($dies->(), 'the resolver is killed, and another one starts');
	}
	ok($h->wait_for(sub { $dns->questions('app.test') > $asked }, 10, 'a question'), 'it asks again');

	# 2: DNS is silent, then half of it
	$dns->mode('silent');
	ok($dies->(), 'and killed while DNS is silent');
	ok($h->wait_for(sub { $errors->('app.test' => 'timeout') }, 15, 'silence'), 'the stats tell');
	my $api = Heddle::Api->new($h->control);
	my $asker = Heddle::Client->new($h->control);
	$asker->send($api->bytes(POST => 'resolve', { name => 'app.test' }));
	ok($h->wait_for(sub { $h->health == 200 }, 5, 'an answer'), 'POST resolve is under way');
	ok($dies->(), 'and killed meanwhile');
	is($api->answer($asker), 503, '... which it answers');
	my $app;
	ok($h->wait_for(sub { $app = $names->()->{'app.test'}; ($app->{error} // '') eq 'timeout' },
		15, 'silence'), 'silence again');
	is("@{ $app->{addresses} }", '127.0.0.1 127.0.0.2 ::1', '... the addresses that stay');
	ok($app->{stale}, '... that they are stale');
	ok(defined $app->{age_seconds}, '... and their age');
	is(join(' ', @{ $names->()->{$srv}{addresses} // [] }), "127.0.0.3:$target 127.0.0.4:$target",
		'... of SRV records, too');
	ok($h->wait_log(qr/app\.test: no server answered in time; its 3 addresses of \S+ ago stay/),
		'... and so does the log');
	is($members->(), $all, 'the backends are what they were');
	sender($in)->send('x');
	is($sink->wait_count(1), 1, 'a fan-out has its target');
	$dns->mode(silent => 'other.test');
	ok($h->wait_for(sub { $errors->('app.test' => '', 'host.test' => '',
		'other.test' => 'timeout') }, 15, 'one silent host'), 'one host is silent');
	is($members->(), $all, '... and its address stays');
	ok($dies->(), 'and killed while one host is silent');
	ok($h->wait_for(sub { $errors->('other.test' => 'timeout', $srv => 'timeout') }, 15,
		'one silent host'), '... which is told');
	is($members->(), $all, '... and its address stays again');
	is($notes->(), $before, 'no change of addresses in all that time');
	$dns->mode('truth');
	ok($h->wait_for(sub { !grep { $_->{error} } values %{ $names->() } }, 15, 'good'), 'DNS is back');
	my $result = $load->stop;
	cmp_ok($result->{ok}, '>', 400, 'under connections');
	is($result->{$_}, 0, "... without one that ended by $_") for qw(refused reset eof timeout other);

	# 3: the first answer is under way
	$dns->mode(silent => 'first.test');
	is(($h->reload($yaml->("  late: {listen: \"127.0.0.1:$late\", backends: "
		. "{first: \"first.test:$target\"}}")))[0], 0, 'another name, whose server is silent');
	$dns->wait_questions(1, 'first.test');
	my $client = client($late);
	$client->send("?\n");
	ok($dies->(sub { $dns->mode('truth') }), 'killed while the first answer is under way');
	is($client->line, 'one ?', 'the client that waits is served');
	$client->close;

	# 4: what has gone is gone
	$dns->zone(%zone, 'app.test' => ['1 A 127.0.0.2']);
	ok($dies->(), 'and killed again');
	ok($h->wait_for(sub { $members->() !~ /127\.0\.0\.1 / && $members->() !~ /::1/ }, 10, 'less'),
		'what DNS has no more is given up');
	$h->finish(alerts => 7);
});
