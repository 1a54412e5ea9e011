# SPDX-License-Identifier: BSD-2-Clause
# when_empty: wait with an empty cache: clients wait, and have their answer when an item is set; a
# cache that is removed and comes back with a reload, under load.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);

my ($one, $two) = map { backend('uwsgi', name => $_) } qw(one two);

on_each_event(sub {
	my $c = cached(workers => 2, service => 'when_empty: wait');
	my ($h, $api) = ($c->heddle, $c->api);
	my @waiting = map { $c->begin('a.test') } 1 .. 6;
	is($h->service('sites')->{status}, 'down', 'an empty cache is no node');
	is($api->put($c->path('a.test'), { value => $one->address, expires => '1h' }), 201, 'an item is set');
	is(join(' ', map { $c->answer($_) } @waiting), join(' ', ('one 0/0') x 6), 'who has waited is served');
	ok(until_true(sub { $h->service('sites')->{status} eq 'up' }), 'and the service is up');
	is($api->remove($c->path('a.test')), 200, 'it is removed');
	@waiting = map { $c->begin('b.test') } 1 .. 3;
	is($api->put($c->path('b.test'), "\"${\$two->address}\""), 201, 'an entry');
	is(join(' ', map { $c->answer($_) } @waiting), join(' ', ('two 0/0') x 3), 'serves them as well');
	undef @waiting;
	is($api->put($c->path('a.test'), { value => $one->address, expires => '1h' }), 201, 'a live item again');

	# The cache goes and comes back; the other service goes on.
	my $other = $c->yaml =~ s/caches:\n.*?services:/services:/sr =~ s/cache: hosts/nodes: ["${\$two->address}"]/r;
	my ($code, $out) = $h->reload($other);
	is($code, 0, 'a reload without the cache') or diag($out);
	is($c->ask('a.test'), 'two 0/0', '... another route');
	($code, $out) = $h->reload($c->yaml);
	is($code, 0, 'a reload with it') or diag($out);
	is($api->get($c->path('a.test')), 404, '... is another cache: its live items are gone');
	is($api->put($c->path('a.test'), { value => $one->address, expires => '1h' }), 201, '... which takes items');
	is($c->ask('a.test'), 'one 0/0', '... that are used');
	$h->finish;
});
