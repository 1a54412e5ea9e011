# SPDX-License-Identifier: BSD-2-Clause
# Clients of the control socket that are many, slow or silent.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

need_descriptors(1200);
my $one = backend('named', name => 'one');
my ($port, $admin) = (free_port, free_port);
my $h = heddle(qq(admin: {listen: "127.0.0.1:$admin"}
services: {web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}}\n));

my $request = "GET /_health/live HTTP/1.1\r\nHost: x\r\n\r\n";
# One that was served, and has begun another request: with nothing of that, it is idle.
sub served {
	my ($begun, $to) = @_;
	my $c = client($to // $h->control) or return;
	$c->send(($request =~ s/Host: x/Host: localhost/r) . $begun);
	return ($c->bytes(12) // '') =~ / 200/ ? $c : ();
}
# A request that was begun has 10 s: they come in crowds.
sub busy {
	my ($to) = @_;
	my @all;
	for (1 .. 15) {
		my @crowd = map { client($to // $h->control) // () } 1 .. 64;
		$_->send(($request =~ s/Host: x/Host: localhost/r) . 'GET /') for @crowd;
		push @all, grep { ($_->bytes(12) // '') =~ / 200/ } @crowd;
	}
	return @all, map { served('GET /', $to) } 1 .. 64;	# a crowd might find no place for a moment
}
my @many = busy();
is(scalar @many, 1024, 'as many connections as there may be, all busy');
my $late = client($h->control);
$late->send($request);
is($late->ready(0, 0.3), 0, 'one more has to wait');
is(who($port), 'one', 'traffic does not');
my $by_tcp = client($admin);
$by_tcp->send($request =~ s/Host: x/Host: localhost/r);
is($by_tcp->ready(0, 10), 1, '... nor do clients by TCP');
$by_tcp->close;
$_->close for splice @many, 0, 200;
is($late->ready(0, 10), 1, '... until others have gone');
$_->close for $late, @many;

# Those that are idle give way: the newest are served, the oldest are closed.
@many = map { served('') } 1 .. 1100;
is(scalar @many, 1100, 'more than there are places, one after the other');
is($many[0]->ended(5), 'closed', 'the oldest has given way');
ok($many[-1]->is_open, 'the newest has not');
$_->close for @many;

# The same by TCP; and busy clients there leave the control socket alone.
@many = map { served('', $admin) } 1 .. 1100;
is(scalar @many, 1100, 'more than there are places, by TCP');
is($many[0]->ended(5), 'closed', 'the oldest has given way');
ok($many[-1]->is_open, 'the newest has not');
$_->close for @many;
@many = busy($admin);
is(scalar @many, 1024, 'as many busy ones');
is($h->health, 200, 'the control socket is served');
$_->close for @many;

# Bodies are kept before anybody can say who sends them: all of them together are limited.
my $head = "PUT /_v1/config HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n";
my (@large, $stuck);
for (1 .. 12) {
	push @large, my $c = client($admin);
	$c->send($head . 'x' x 7_500_000) or $c->error or $stuck++;
}
is($stuck, undef, 'a client whose body is cut gets to know at once');
my $cut = () = grep { $_->ended(0.2) ne 'open' } @large;
cmp_ok($cut, '>=', 3, 'more than 64 MB of bodies: some are cut');
cmp_ok($cut, '<', 12, '... not all');
cmp_ok($h->rss($h->control_pid), '<', 200e6, '... and the memory is bounded') if !Heddle::sanitized();
$_->close for @large;

my $slow = client($h->control);
my ($ended, $sent, $started) = (0, 0, time);
while (!$ended && time - $started < 30) {
	$ended = !$slow->send(substr "GET / HTTP/1.1\r\nX: " . 'y' x 1000, $sent++, 1);
	$ended ||= $slow->ready(0, 0.2);
}
ok($ended, 'a request of a byte at a time is ended');
is($h->health, 200, 'everybody else is served');
$h->finish;
done_testing();
