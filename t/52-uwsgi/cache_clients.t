# SPDX-License-Identifier: BSD-2-Clause
# Clients of a cache server that drip, that stay in the midst of their request, and more of them than
# are taken; a resolver process that is stopped, or has no descriptor left: each is told and costs its
# own request.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use Heddle::Api;
use Time::HiRes qw(time);

need_descriptors(3000);
sub request { my ($verb, @pairs) = @_; return uwsgi_packet(cmd => $verb, @pairs) =~ s/^.(..)./\x6f$1\x11/sr }
sub set { my ($key, $value) = @_; return request('set', key => $key, size => length $value, cache => 'mc') . $value }
my $ok = "\x6f\x0c\0\x11\6\0status\2\0ok";

my ($port, $slow) = (free_port, free_port);
my $h = heddle(<<"END", workers => 2);
user: ${\scalar getpwuid $>}
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: mc, greeting_timeout: 60s, routes: [{cache: mc}]}
  slow: {protocol: uwsgi, listen: "127.0.0.1:$slow", cache_server: mc, greeting_timeout: 1s, routes: [{cache: mc}]}
caches:
  mc: {}
END
sub resolver { return (map { $_->{pid} } $h->processes('resolver'))[0] // 0 }
sub answer { my ($bytes) = @_; my $c = client($port); $c->send($bytes); return $c->rest(10) }
sub is_answer { my ($bytes, $wanted, $what) = @_; return is(unpack('H*', answer($bytes) // 'error'), unpack('H*', $wanted), $what) }

# A byte now and then does not begin the time of a request anew.
my $request = set('slow', 'x' x 10_000);
my $began = time;
my $dripping = client($slow);
$dripping->send(substr $request, 0, 200, '');
while ($dripping->is_open && time < $began + 20) {
	$dripping->send(substr $request, 0, 1, '');
	select undef, undef, undef, 0.05;
}
my $ended = time - $began;
cmp_ok($ended, '<', 10, 'a request that drips ends');
cmp_ok($ended, '>=', 0.9, '... after greeting_timeout');

# Half of a request each, with a value of 15000 bytes on its way, in floods. The door to the resolver
# process has room for few of them: when one that comes later is answered, they are through.
my @held;
sub settle { return until_true(sub { answer(request('update', key => 'settled', size => 1, cache => 'mc') . 'v') eq $ok }, 20) }
sub hold {
	my ($count) = @_;
	for (1 .. $count) {
		my $c = client($port) or die "connect: $!\n";
		$c->send(substr set("held$_", 'x' x 14_000), 0, 13_000);
		push @held, $c;
		settle() or die "nobody takes requests\n" if $_ % 20 == 0;
	}
	return;
}
sub turned_away { return $h->stats->{caches}{mc}{turned_away} }
sub refused { return $h->service('c')->{ended}{too_busy} // 0 }
hold(500);
is_answer(set('among', '127.0.0.1:1'), $ok, '500 wait in their request, and one is served');
is(turned_away(), 0, '... none is turned away');
my $before;
for my $turn (1 .. 3) {
	hold(400);
	is_answer(set("among$turn", '127.0.0.1:1'), $ok, '400 more, and one is served');
	my $least = $turn * 400 - 20;
	ok($h->wait_for(sub { turned_away() + refused() >= $least }, 10, 'the others to be turned away'), '... others are turned away');
	my $now = $h->pss(resolver());
	cmp_ok($now, '<', $before + (2 << 20), "... memory is flat: $before, $now bytes") if $before && !Heddle::sanitized();
	$before //= $now;
}
is($held[0]->ended(10), 'closed', 'the first ones');
ok($held[-1]->is_open, '... and not the last ones');
ok($h->wait_log(qr/warn resolver\S* cache server: a client was closed: too many have not sent/), '... and told');
is(Heddle::Api->new($h->control)->get('caches/mc/among'), 200, 'the API is served');
$_->close for @held;
@held = ();
is_answer(request(exists => key => 'held1', cache => 'mc'), '', 'nothing of them is set');

# The resolver process stands still: what waits for it is answered later, and what does not fit is closed.
my $pid = resolver();
kill 'STOP', $pid;
my @waiting;
my $refused = refused();
while (@waiting < 2500 && refused() == $refused) {
	for (1 .. 50) {
		my $c = client($port) or last;
		$c->send(set('stopped' . @waiting, 'x' x 5000));
		push @waiting, $c;
	}
	is(unpack('H*', answer(request(exists => key => 'among', cache => 'mc'))), unpack('H*', $ok), 'get and exists go on')
		if @waiting % 500 == 0;
}
cmp_ok(refused(), '>', $refused, scalar(@waiting) . ' requests for a process that is stopped: some are refused');
is($h->service('c')->{ended}{connect_failed} // 0, 0, '... which is no failure of a backend');
ok($h->wait_log(qr/warn worker\S* c: too many cache requests wait for the resolver process: a client was closed/), '... and told');
is_answer(request(exists => key => 'among', cache => 'mc'), $ok, 'the workers go on');
kill 'CONT', $pid;
my ($done, $closed) = (0, 0);
for my $c (@waiting) {
	my $answer = $c->rest(20);
	if ($answer eq $ok) { $done++ } else { $closed++ }
	is($c->ended(0), 'closed', 'it has ended') if ($c->error // '') eq 'time limit';
}
cmp_ok($done, '>', 50, "it goes on, and answers those that have waited: $done");
is($closed, refused() - $refused, '... all but those that were refused');
ok($h->wait_for(sub { $h->stats->{caches}{mc}{items} == $done + 5 }, 10, 'the items'), '... and they are set');
$_->close for @waiting;

# Without a descriptor for who comes: the kernel closes it, and that is told.
SKIP: {
	my %open = map { s{.*/}{}r => 1 } glob "/proc/$pid/fd/*";
	my ($free) = grep { !$open{$_} } 0 .. 1000;
	my ($limit) = Heddle::read_file("/proc/$pid/limits") =~ /^Max open files\s+(\d+)/m;
	my $away = turned_away();
	skip('the limit cannot be changed from outside', 5)
		if !%open || system "prlimit --pid $pid --nofile=$free: 2>/dev/null";
	is_answer(set('short', '127.0.0.1:1'), '', 'without a descriptor a client is closed');
	ok($h->wait_for(sub { turned_away() > $away }, 10, 'the count'), '... and counted');
	ok($h->wait_log(qr/warn resolver\S* cache server: a client was closed: no descriptor is left/), '... and told');
	is_answer(request(exists => key => 'among', cache => 'mc'), $ok, '... get and exists go on');
	system "prlimit --pid $pid --nofile=$limit:";
	is_answer(set('after', '127.0.0.1:1'), $ok, '... and with one it is served');
}
$h->finish;
done_testing();
