# SPDX-License-Identifier: BSD-2-Clause
# Targets by name: a real DNS server's zone changes while datagrams flow.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sinks sender number);
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();
my $name = 'routers.site.test';

sub records { my ($ttl, @hosts) = @_; return join '', map { "routers $ttl A 127.0.1.$_\n" } @hosts }

on_each_event(sub {
	my @sinks = sinks(3);
	my $knot = knot('site.test' => records(1, 1));
	my $port = free_port;
	my $h = heddle(<<"YAML");
resolver: {servers: ["${\$knot->address}"], min_ttl: 1s, timeout: 2s, tries: 1}
fanouts:
  f: {listen: "127.0.0.1:$port", targets: ["$name:${\$sinks[0]->port}"]}
YAML
	my $sender = sender($port);
	my $of = sub { ($h->stats // {})->{resolver}{names}{$name} // {} };
	my $wait = sub {
		my ($hosts, $what) = @_;
		my $wanted = join ' ', map { "127.0.1.$_" } @$hosts;
		ok(until_true(sub { join(' ', @{ $of->()->{addresses} // [] }) eq $wanted }, 10),
			"$what: @$hosts") or diag(explain($of->()));
	};
	# The next datagram goes to exactly these.
	my $only = sub {
		my %wanted = map { $_ => 1 } @_;
		my $next = $sender->numbered(1);
		for my $i (1 .. 3) {
			next if !$wanted{$i};
			ok($sinks[$i - 1]->wait_for(sub { number($_[0]) == $next - 1 }), "  $i receives");
		}
		my @others = grep { !$wanted{$_} } 1 .. 3;
		is_deeply([map { grep { number($_) == $next - 1 } $sinks[$_ - 1]->got } @others], [],
			'  nobody else') if @others;
	};

	$wait->([1], 'at the start');
	$only->(1);
	$knot->zone('site.test', records(1, 3, 1));
	$wait->([1, 3], 'a record was added');
	$only->(1, 3);
	$knot->zone('site.test', records(3600, 2, 3));
	$wait->([2, 3], 'one added, one removed');
	$only->(2, 3);
	is($of->()->{ttl_seconds}, 3600, 'its TTL has changed');
	$knot->zone('site.test', records(1, 1));
	is((Heddle::Http::request($h->control, 'POST', '/_v1/resolve'))[0], 200, 'resolve');
	$wait->([1], 'asked for before the TTL is over');

	my $fails = sub {
		my ($what, $pattern) = @_;
		# What was asked for while the server ended has no answer: a timeout comes before the refusal.
		my $said;
		ok(until_true(sub { $said = $of->(); $said->{stale} && $said->{error} =~ $pattern }, 10), "$what: stale, and why")
			or diag(explain($said));
		is_deeply($of->()->{addresses}, ['127.0.1.1'], '  the last answer is kept');
		$only->(1);
	};
	my $comes_back = sub {
		$knot->zone('site.test', records(1, 1));
		ok(until_true(sub { !$of->()->{stale} }, 10), '  and back') or diag(explain($of->()));
		is($of->()->{error}, undef, '  without an error');
	};
	$knot->fail('site.test');
	$fails->('SERVFAIL', qr/servfail/i);
	is($h->log_count(qr/Error resolving: \Q$name\E/, 1), 1, '  told once');
	$comes_back->();
	$knot->stop;
	$fails->('a server that was stopped', qr/refused/i);
	$knot->start;
	$comes_back->();
	$knot->pause;
	$fails->('a silent server', qr/time/i);
	$knot->resume;
	$comes_back->();
	$knot->zone('site.test', "other 1 A 127.0.1.2\n");
	$fails->('NXDOMAIN', qr/nxdomain/i);
	$knot->zone('site.test', "routers 1 TXT x\n");
	ok(until_true(sub { $of->()->{error} =~ /empty/i }, 10), 'an empty answer is told apart')
		or diag(explain($of->()));
	$comes_back->();
	$knot->zone('site.test', records(1, 1 .. 200));
	ok(until_true(sub { @{ $of->()->{addresses} } == 200 }, 10), 'truncated, and whole over TCP')
		or diag(explain($of->()));
	$only->(1 .. 3);
	$h->finish;
});
