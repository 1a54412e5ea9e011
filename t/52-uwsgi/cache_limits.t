# SPDX-License-Identifier: BSD-2-Clause
# Keys and values of the cache protocol at their limits and over them, on both ways: get is answered by a
# worker, or by the resolver process where the value is long.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);

my ($port, $forced) = (free_port, free_port);
my $node = backend('uwsgi', name => 'node');
my $h = heddle(<<"END", workers => 2);
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: mc, routes: [{cache: mc}]}
  plain: {protocol: uwsgi, listen: "127.0.0.1:$forced", key: {force: k}, routes: [{nodes: ["${\$node->address}"]}]}
caches:
  mc: {max_items: 20}
END
my $ok = "\x6f\x0c\0\x11\6\0status\2\0ok";
sub answer { my ($to, $bytes) = @_; my $c = client($to); $c->send($bytes); return $c->rest(10) // 'nothing' }
sub packet { return uwsgi_packet(@_) =~ s/^.(..)./\x6f$1\x11/sr }
sub set { my ($key, $value, $verb) = @_; return answer($port, packet(cmd => $verb // 'set', key => $key, size => length $value, cache => 'mc') . $value) }
# The value; undef: none.
sub get {
	my ($key) = @_;
	my $answer = answer($port, packet(cmd => 'get', key => $key, cache => 'mc'));
	return $answer eq '' ? undef : substr $answer, 4 + unpack 'x v', $answer;
}

my $items = 0;
for my $case ([1, 1], [255, 10], [256, 10], [300, 10], [4000, 10], [1, 8192], [1, 8193], [1, 14_999], [14_999, 1], [7500, 7500]) {
	my ($key, $value) = (chr(97 + $items) x $case->[0], join '', map { chr($_ % 256) } 1 .. $case->[1]);
	is(set($key, $value), $ok, "a key of $case->[0] bytes, a value of $case->[1]");
	ok((get($key) // '') eq $value, '... is there');
	$items++;
}
ok($h->wait_for(sub { $h->stats->{caches}{mc}{items} == $items }, 5, 'the items'), 'all of them') or diag($h->stats->{caches}{mc}{items});
for my $case ([1, 15_000], [15_000, 1], [60_000, 1], [2, 15_001]) {
	my ($key, $value) = ('z' x $case->[0], 'v' x $case->[1]);
	is(set($key, $value), '', "a key of $case->[0] bytes, a value of $case->[1]: none");
	is(get($key), undef, '... is not there');
}
ok($h->wait_log(qr/warn resolver\S* cache server: a request for z+ of cache "mc" is refused: key and value have more/), '... and told');
is(set("more$_", 'x'), $ok, 'an item') for $items + 1 .. 20;
is(set('one', 'x'), '', '... and one more than max_items');
is(set('a', 'changed', 'update'), $ok, '... but an update');
ok($h->wait_log(qr/warn resolver\S* cache mc: is full/), '... and told');
my $what = packet(cmd => 'get', key => 'a', cache => 'mc');
for my $modifier2 (0, 1, 2, 3, 4, 5, 6, 10, 11, 16, 18, 255) {
	is(answer($port, $what =~ s/^(...)./$1 . chr $modifier2/ser), '', "modifier2 $modifier2");
}
is($h->service('c')->{ended}{bad_greeting}, 12, '... are no requests of the protocol');
is(answer($port, packet(cmd => 'get', key => 'a', cache => 'nosuch')), '', 'a name of no cache');
is(answer($port, packet(cmd => 'clear', cache => 'nosuch')), '', '... to clear');
is(get('a'), 'changed', '... all is as it was');

# No cache server: a request like any other, which goes to the node with the node's modifiers.
like(answer($forced, $what), qr/\Anode 0\/0 /, 'a cache command at a service without cache_server, whose key is forced');
$h->finish;
done_testing();
