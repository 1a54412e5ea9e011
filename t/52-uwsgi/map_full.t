# SPDX-License-Identifier: BSD-2-Clause
# A mapping file with more lines than max_items, and one whose lines need the room of those that it
# does not have any more; a live item that is set when a cache is full.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);

my $one = backend('uwsgi', name => 'one');
my $address = $one->address;
my $lines = sub { my ($name, $count) = @_; join '', map { "$name$_.test $address\n" } 1 .. $count };
my $c = cached(workers => 1, cache => 'max_items: 1000', map => $lines->('a', 1005));
my ($h, $api) = ($c->heddle, $c->api);
is(join(' ', map { $c->ask("a$_.test") } 1, 1000), 'one 0/0 one 0/0', 'lines that have room are used');
is($c->ask('a1001.test'), '', '... and no others');
my $counts = '';
ok(until_true(sub { ($counts = join ' ', map { $_ // '-' } @{ $c->count }{qw(items lines bad_lines)}) eq '1000 1005 5' }), 'counted')
	or diag($counts);
ok($h->wait_log(qr/map:1001: the cache is full: the line is not used/), 'told with the line');
$c->map($lines->('b', 990));
is($c->reread, 200, 'all lines are other ones');
ok($c->becomes('b990.test', 'one 0/0'), '... and all have room');
ok(until_true(sub { my $now = $c->count; ($now->{items} // 0) == 990 && $now->{bad_lines} == 0 }), '... none is left out')
	or diag(explain($c->count));
$c->map($lines->('b', 1005));
is($c->reread, 200, 'more lines');
ok(until_true(sub { my $now = $c->count; ($now->{items} // 0) == 1000 && $now->{bad_lines} == 5 && !$now->{reading} }), 'too many again');
$h->log_count(qr/1005 lines, 1000 items/, 2);
my $read = () = $h->log =~ /lines, \d+ items/g;
is($api->put($c->path('live'), { value => $address, expires => '1h' }), 507, 'no room for a live item');
is(scalar(() = $h->log =~ /lines, \d+ items/g), $read, 'the file was not read meanwhile');
is($api->patch('caches/hosts', { max_items => 1002 }), 200, 'more room');
ok($c->becomes('b1002.test', 'one 0/0'), '... has lines that had none');
is($api->patch('caches/hosts', { max_items => 2000 }), 200, 'room for all');
ok($c->becomes('b1005.test', 'one 0/0'), '... has all lines');
is($api->put($c->path('live'), { value => $address, expires => '1h' }), 201, '... and a live item');

# Memory, too.
is($api->patch('caches/hosts', { max_memory => '64k' }), 200, 'less memory');
is($api->put($c->path('more'), { value => $address, expires => '1h' }), 507, '... has no room');
ok($h->wait_log(qr/cache hosts: is full: [^\n]*max_memory/), '... as the log tells');
is($c->ask('b1.test'), 'one 0/0', '... and what is there is used');
$h->finish;
done_testing();
