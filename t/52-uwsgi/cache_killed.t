# SPDX-License-Identifier: BSD-2-Clause
# Under load the resolver, which alone writes caches, is killed again and again, and workers are killed:
# items stay, live ones too, no request fails but those that a killed worker had, memory is flat.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);

time_limit(600);
my ($one, $two) = map { backend('uwsgi', name => $_) } qw(one two);
my ($first, $second) = map { $_->address } $one, $two;
my $c = cached(workers => 2, cache => "entries: {entry.test: \"$first|$second\"}",
	map => join('', map { "line$_.test $first|$second\n" } 1 .. 500));
my ($h, $api) = ($c->heddle, $c->api);
ok(until_true(sub { ($c->count->{items} // 0) == 501 }), 'all lines are items') or diag(explain($c->count));
is($api->put($c->path("live$_"), { value => "$first|$second", expires => '1h' }), 201, "live $_") for 'a', 'b';
is($api->put($c->path('entry2'), "\"$second\""), 201, 'an entry of the API');
my $resolver = sub { (map { $_->{pid} } grep { $_->{status} eq 'serving' } $h->processes('resolver'))[0] // 0 };
my $load = sub { load($c->port, connections => 4, until_eof => 1, patience => 20,
	ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => $_[0]), answer => qr/\A(\w+) .*\n/s) };
my @running = map { $load->($_) } qw(livea line250.test entry.test);
$_->wait_for(64) for @running;
my ($before, $cells, $wrong) = (0, 0, 0);
for my $turn (1 .. $ENV{HEDDLE_TURNS} // 12) {
	my $pid = $resolver->() or die "no resolver\n";
	kill 'KILL', $pid;
	until_true(sub { my $now = $resolver->(); $now && $now != $pid }, 20) or $wrong++;
	until_true(sub { ($c->count->{items} // 0) == 504 }, 10) or $wrong++;
	$api->get($c->path('liveb')) == 200 or $wrong++;
	$before = $h->pss($resolver->()) if $turn == 6;
}
is($wrong, 0, 'each time there is another one, with all items');
my $after = $h->pss($resolver->());
cmp_ok($after, '<', $before + (1 << 20), "memory is flat: $before bytes, $after bytes") if $before;
my @results = map { $_->stop } @running;
is(Heddle::Load::failed($_), 0, "none of $_->{ok} requests failed") or diag(explain($_)) for @results;
is(scalar keys %{ $_->{names} }, 2, '... over both nodes') for @results;
is($api->put($c->path('live.new'), { value => $first, expires => '1h' }), 201, 'it takes items');
is($api->put($c->path('livea'), "\"$second\""), 201, 'an entry in the place of a live item that it has found');
is($c->ask('livea'), 'two 0/0', '... goes first');

@running = ($load->('liveb'));
for (1 .. 3) {
	$running[0]->wait_for(32);
	my $pid = ($h->worker_pids)[0];
	kill 'KILL', $pid;
	ok(until_true(sub { !grep { $_ == $pid } $h->worker_pids }, 10), 'a worker is killed');
}
$running[0]->wait_for(64);
my $result = $running[0]->stop;
cmp_ok(Heddle::Load::failed($result), '<=', 12, 'it costs its own requests') or diag(explain($result));
my $nodes = $api->object($c->path('liveb'))->{status}{nodes};
ok(until_true(sub { !grep { $_->{sessions_active} } @{ $api->object($c->path('liveb'))->{status}{nodes} } }), 'counts come back to 0');
$h->finish(alerts => 1);
done_testing();
