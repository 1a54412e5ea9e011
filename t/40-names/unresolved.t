# SPDX-License-Identifier: BSD-2-Clause
# A name without an address is not up, whatever DNS says about it, and costs clients no time; once
# it has an address, that is used after its first check.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Knot qw(knot knot_missing);
use Time::HiRes qw(time);

plan(skip_all => knot_missing()) if knot_missing();
time_limit(100);
my ($one, $app) = backends(qw(one app));
my ($port, $alone) = (free_port, free_port);
my $knot = knot('site.test' => "www 1 A 127.0.0.1\n");
$knot->fail('site.test');
my $app_port = $app->port;
my $yaml = <<"YAML";
resolver: {servers: ["${\$knot->address}"], timeout: 500ms, tries: 1}
services:
  web:
    listen: 127.0.0.1:$port
    balance: first
    check: {type: tcp, interval: 500ms}
    backends:
      app: app.site.test:$app_port
      one: {address: "${\$one->address}"}
  alone:
    listen: 127.0.0.1:$alone
    check: {type: tcp, interval: 500ms}
    backends: {app: "app.site.test:$app_port"}
YAML
my $h = heddle($yaml, workers => 2);

sub group { return $h->backend('web', 'app') // {} }
sub becomes {
	my ($pattern, $what) = @_;
	ok($h->wait_for(sub { (group()->{reason} // '') =~ $pattern }, 10, $what), $what)
		or diag(group()->{reason} // 'no reason');
	is(group()->{status}, 'unresolved', '... it is unresolved');
	my $begin = time;
	is(many($port, 4), 'one one one one', '... and is never chosen');
	cmp_ok(time - $begin, '<', in_time(2), '... which costs no time');
}
becomes(qr/SERVFAIL/, 'SERVFAIL');
my $begin = time;
is(client($alone)->ended(in_time(8)), 'closed', 'nothing else: a client waits for the first answer');
cmp_ok(time - $begin, '<', in_time(7), '... at most 5 s');
cmp_ok(time - $begin, '>', 3.5, '... and not much less');
$knot->pause;
becomes(qr/does not answer/, 'silence');
$knot->resume;
$knot->stop;
becomes(qr/refuses/, 'nothing listens there');
my $waiting = client($alone);
$knot->write_zone('site.test', "www 1 A 127.0.0.1\n");
$knot->start;
becomes(qr/NXDOMAIN/, 'NXDOMAIN');
is($waiting->ended(3), 'closed', 'which is an answer: the client is closed at once');
$knot->fail('site.test');
becomes(qr/SERVFAIL/, 'SERVFAIL after it');
is(client($alone)->ended(3), 'closed', '... takes no answer back: the client is closed at once');
$knot->zone('site.test', "app 1 TXT none\n");
becomes(qr/no addresses/, 'an empty answer');
is(client($alone)->ended(3), 'closed', 'which is an answer, too');
is($h->service('web')->{status}, 'degraded', 'the service has a backend less');

$knot->zone('site.test', "app 1 A 127.0.0.1\n");
sub member { return $h->backend('web', "app\@127.0.0.1:$app_port") // { status => 'none' } }
ok($h->wait_for(sub { member()->{status} eq 'up' }, 10, 'up'),
	'it has an address: up after its first check');
is(group()->{status}, undef, '... and is its address now');
my $member = member();
is($member->{source}, 'dns', '... which is known to come from DNS');
ok($h->wait_for(sub { many($port, 1) eq 'app' }, 10, 'used'), '... and used');
$h->finish;
done_testing();
