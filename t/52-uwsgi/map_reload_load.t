# SPDX-License-Identifier: BSD-2-Clause
# A mapping file of 100,000 lines is read again and again with one line changed while requests run:
# none fails, and the line is in use.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);

my ($one, $two) = map { backend('uwsgi', name => $_) } qw(one two);
my ($first, $second) = map { $_->address } $one, $two;
my $lines = join '', map { "host$_.example.com 10.1.1.1:3031\n" } 1 .. 99_999;
my $c = cached(workers => 2, map => "${lines}a.test $first\n");
my ($h, $api) = ($c->heddle, $c->api);
ok(until_true(sub { ($c->count->{items} // 0) == 100_000 && !$c->count->{reading} }, 30), 'all lines are items') or diag(explain($c->count));
is($api->put($c->path('live.test'), { value => $first, expires => '1h' }), 201, 'a live item besides');
my @running = map { load($c->port, connections => 2, until_eof => 1, patience => 10,
	ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => $_), answer => qr/\A(\w+) .*\n/s) } qw(a.test live.test);
$_->wait_for(32) for @running;
for my $turn (1 .. 5) {
	my ($address, $name) = $turn % 2 ? ($second, 'two') : ($first, 'one');
	$c->map("${lines}a.test $address\n");
	is($c->reread, 200, "turn $turn: a reload") or diag($api->body);
	ok($c->becomes('a.test', "$name 0/0"), '... whose line is in use');
	$_->wait_for(16) for @running;
}
# An entry goes before the line, and gives the key back to it.
is($api->put($c->path('a.test'), "\"$first\""), 201, 'an entry for its key');
$_->wait_for(16) for @running;
is($api->remove($c->path('a.test')), 200, '... is removed');
ok($c->becomes('a.test', 'two 0/0'), '... and the line is in use again');
$c->map("a.test $first\n");
is($c->reread, 200, 'all others are gone');
ok(until_true(sub { ($c->count->{items} // 0) == 2 }, 30), '... from the cache') or diag(explain($c->count));
for (map { $_->stop } @running) {
	is(Heddle::Load::failed($_), 0, "none of $_->{ok} requests failed") or diag(explain($_));
}
$h->finish;
done_testing();
