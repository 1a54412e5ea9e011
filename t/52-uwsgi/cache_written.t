# SPDX-License-Identifier: BSD-2-Clause
# What is written down, an entry or a line of the mapping file, survives what applications do by the
# cache protocol: del and clear remove what was set, an update is in its place until it ends or is
# removed, also when the resolver process is killed meanwhile.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);

my $c = cached(workers => 2, service => 'cache_server: hosts', cache => 'entries: {entry: "127.0.0.1:1"}',
	map => "line 127.0.0.1:2\nother 127.0.0.1:3\n");
my ($h, $api) = ($c->heddle, $c->api);

# What follows the head of the answer: the value of get, "ok" of others, "" of none.
sub request {
	my ($verb, $key, $value, @more) = @_;
	my $client = client($c->port);
	$client->send(uwsgi_packet(cmd => $verb, key => $key, (defined $value ? (size => length $value) : ()), @more,
		cache => 'hosts') =~ s/^.(..)./\x6f$1\x11/sr . ($value // ''));
	my $answer = $client->rest(10) // 'nothing';
	return '' if $answer eq '';
	return substr($answer, 4 + unpack 'x v', $answer) || ($answer =~ /status\x02\0ok/ ? 'ok' : $answer);
}
sub has { my ($key, $value, $what) = @_; return is(request('get', $key), $value, $what) }
sub all { return join ' ', map { request('get', $_) } qw(entry line other live) }
sub resolver { return (map { $_->{pid} } $h->processes('resolver'))[0] // 0 }
my $written = '127.0.0.1:1 127.0.0.1:2 127.0.0.1:3 ';

ok(until_true(sub { all() eq $written }), 'all that is written') or diag(all());
is(request($_->[0], $_->[1]), '', "$_->[0] of $_->[2] is refused")
	for ['del', 'entry', 'an entry'], ['del', 'line', 'a line'];
is(request('set', $_, 'x'), '', "set of $_, which is there") for qw(entry line);
ok($h->wait_log(qr/warn resolver\S* cache server: a request for entry of cache "hosts" is refused: an entry, or a line/), '... and told');
is(all(), $written, '... all are there');
is(request('set', 'live', 'new'), 'ok', 'a live item');
is(request('clear', ''), 'ok', 'clear');
is(all(), $written, '... removes it alone');
is($h->wait_for(sub { $c->count->{items} == 3 }, 5, 'the count') && $c->count->{items}, 3, '... also from the count');

for my $how (qw(del clear ends)) {
	for my $key (qw(entry line)) {
		is(request('update', $key, 'live', $how eq 'ends' ? (expires => 3) : ()), 'ok', "an update of $key");
		has($key, 'live', '... is in its place');
		is(request('del', $key), 'ok', '... del of it') if $how eq 'del';
		is(request('clear', ''), 'ok', '... clear') if $how eq 'clear';
		ok(until_true(sub { request('get', $key) ne 'live' }), '... ends') if $how eq 'ends';
		ok(until_true(sub { all() eq $written }, 5), '... and it is there again') or diag(all());
	}
}

is(request('update', $_, 'live'), 'ok', "an update of $_") for qw(entry line);
is($api->remove($c->path('line')), 200, 'DELETE of it');
has('line', '127.0.0.1:2', '... and the line is there again');
is(request('update', 'line', 'live'), 'ok', 'once more');
is($api->put($c->path('more'), '"127.0.0.1:4"'), 201, 'an entry');
is($api->remove($c->path('more')), 200, '... is removed, for which the file is read');
is(all(), 'live live 127.0.0.1:3 ', '... updates stay');
my $pid = resolver();
kill 'KILL', $pid;
ok(until_true(sub { my $now = resolver(); $now && $now != $pid }), 'the resolver is killed');
is(request('set', 'live', 'new'), 'ok', 'its successor takes requests');
is(all(), 'live live 127.0.0.1:3 new', '... updates are still there');
is(request('del', $_), 'ok', "del of $_") for qw(entry line live);
ok(until_true(sub { all() eq $written }), '... what is written is there again') or diag(all());

is(request('update', $_, 'live'), 'ok', "an update of $_") for qw(line other);
$c->map("line 127.0.0.1:9\n");
is($c->reread, 200, 'a reload with another file');
ok(until_true(sub { request('get', 'line') eq '127.0.0.1:9' }), '... its lines go first');
ok(until_true(sub { my $now = $c->count; ($now->{lines} // 0) == 1 && !$now->{reading} }), '... it was read to its end');
has('other', 'live', '... and where there is none the item stays');
is(request('del', 'other'), 'ok', '... until it is removed');
has('other', '', '... and the line that has gone does not come back');
$h->finish(alerts => 1);
done_testing();
