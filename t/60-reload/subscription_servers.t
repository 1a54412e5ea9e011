# SPDX-License-Identifier: BSD-2-Clause
# Several subscription servers, of which reloads remove one and bring it back: workers lose the nodes of
# that one, and of no other.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscription qw(announcement subscriber);
use Heddle::Uwsgi qw(uwsgi_packet);

on_each_event(sub {
	my @names = qw(one second thirdly);
	my (%at, %node, %port);
	for (@names) {
		($at{$_}, $port{$_}) = ('127.0.0.1:' . free_port, free_port);
		$node{$_} = backend('uwsgi', name => $_);
	}
	my $yaml = sub {
		return "subscriptions:\n" . join('', map { "  $_: {listen: \"$at{$_}\", tolerance: 10m}\n" } @_) . "services:\n"
			. join('', map { "  s-$_: {protocol: uwsgi, listen: \"127.0.0.1:$port{$_}\", routes: [{subscriptions: $_}]}\n" } @_);
	};
	my $h = heddle($yaml->(@names), workers => 2);
	my $announce = sub {
		for my $name (@_) {
			subscriber($at{$name})->send(announcement('a.test', $node{$name}->address));
			ok(until_true(sub { $h->stats->{subscriptions}{$name}{nodes} }, 10), "$name has a node");
		}
	};
	my $ask = sub {
		my ($name) = @_;
		my $client = client($port{$name}) or return 'refused';
		$client->send(uwsgi_packet(HTTP_HOST => 'a.test'));
		return ($client->rest(10) // '') =~ m{^(?:HTTP/\S+ )?(\S+)} ? $1 : '';
	};
	$announce->(@names);
	is($ask->($_), $_, "$_ has its node") for @names;
	for my $gone (@names) {
		my @left = grep { $_ ne $gone } @names;
		my ($code, $out) = $h->reload($yaml->(@left));
		is($code, 0, "a reload without $gone") or diag($out);
		ok(until_true(sub { $ask->($gone) eq 'refused' }, 10), '... and its service');
		is($ask->($_), $_, "... $_ goes on") for @left;
		($code, $out) = $h->reload($yaml->(@names));
		is($code, 0, '... and with it') or diag($out);
		is($ask->($gone), 404, '... it knows nobody');
		$announce->($gone);
		is($ask->($_), $_, "... $_ has its node") for @names;
	}
	$h->finish;
});
