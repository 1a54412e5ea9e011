# SPDX-License-Identifier: BSD-2-Clause
# Requests that go by the items of a cache: in exact turns over all workers, with the modifiers of
# the node, past nodes that cannot be connected to, until the moment that the item ends.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time);

my @nodes = map { backend('uwsgi', name => $_) } qw(a b c);
my ($first, $second, $third) = map { $_->address } @nodes;
my $dead = backend('refusing');

on_each_event(sub {
	my $c = cached(workers => 4, cache => <<"YAML");
entries:
  turns.test: "$first|$second|$third"
  modifiers.test: "$first,5|$second,0,7|$third"
  dead.test: "$first|${\$dead->address}|$second"
  all.dead.test: "${\$dead->address}"
  path.test/x: "$third"
YAML
	my ($h, $api) = ($c->heddle, $c->api);
	my $load = load($c->port, connections => 8, until_eof => 1, patience => 10, limit => 4_000,
		ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'turns.test'), answer => qr/\A(\w) .*\n/s)->stop(1);
	is(Heddle::Load::failed($load), 0, "$load->{ok} requests, none failed") or diag(explain($load));
	my $nodes = $api->object($c->path('turns.test'))->{status}{nodes};
	my @counts = sort { $a <=> $b } map { $_->{sessions_total} } @$nodes;
	cmp_ok($counts[2] - $counts[0], '<=', 1, "exact turns over all workers: @counts");
	is($counts[0] + $counts[1] + $counts[2], $load->{ok}, '... of all requests');

	is(join('; ', sort map { $c->ask('modifiers.test') } 1 .. 3), 'a 5/0; b 0/7; c 0/0', 'modifiers are those of the node');
	my %seen;
	$seen{ $c->ask('dead.test') }++ for 1 .. 40;
	is_deeply(\%seen, { 'a 0/0' => $seen{'a 0/0'}, 'b 0/0' => $seen{'b 0/0'} }, 'a dead node costs no request');
	my ($held) = grep { $_->{address} eq $dead->address } @{ $api->object($c->path('dead.test'))->{status}{nodes} };
	cmp_ok($held->{failures}, '>=', 1, '... it is known');
	cmp_ok($held->{failures}, '<=', 8, '... and held off, not tried 40 times') or diag(explain($held));
	is($c->ask('all.dead.test'), '', 'where all are dead nobody answers');
	is($c->ask('path.test/x'), 'c 0/0', 'a key is any text');
	is($c->ask('unknown.test'), '', 'a key that is not there');

	# Empty members (fault 28): the router of uWSGI took the next item's memory for them.
	for my $value ("$first||$second", "$first|", "|$first") {
		is($api->put($c->path('empty.test'), "\"$value\""), $api->{n}++ ? 200 : 201, "a value with an empty member: $value");
		my %who = map { $_ => 1 } map { $c->ask('empty.test') } 1 .. 6;
		is(join(' ', sort keys %who), $value =~ /\Q$second/ ? 'a 0/0 b 0/0' : 'a 0/0', '... which nobody is sent to');
	}
	delete $api->{n};

	# To the moment: no request after it, all of them before.
	my $before = time;
	is($api->put($c->path('short.test'), { value => $first, expires => '700ms' }), 201, 'an item for 0.7 seconds');
	my $set = time;
	my ($last, $none) = ($set, undef);
	while (time < $set + 5 && !defined $none) {
		my $began = time;
		if ($c->ask('short.test')) { $last = $began } else { $none = time }
	}
	# The request for the item came between $before and $set; clocks have whole milliseconds.
	cmp_ok($none - $before, '>=', 0.69, 'it is there until it ends');
	cmp_ok($last - $set, '<=', 0.75, '... and not longer');
	ok(until_true(sub { $api->get($c->path('short.test')) == 404 }), '... for the API, too');
	ok(until_true(sub { ($c->count->{items} // 0) == 6 }), '... and its memory is given back') or diag(explain($c->count));
	$h->finish;
});
