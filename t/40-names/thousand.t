# SPDX-License-Identifier: BSD-2-Clause
# 1,000 addresses under one name, truncated over UDP and whole over TCP. While DNS is silent, and
# then refuses, all of them stay, which is told once; afterwards none of them has changed.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();
time_limit(120);
my $records = join '', map { sprintf "app 1 A 127.%d.%d.7\n", 10 + $_ / 200, $_ % 200 } 0 .. 999;
my $knot = knot('site.test' => $records);
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$knot->address}"], timeout: 2s, tries: 1}
services:
  web:
    listen: 127.0.0.1:$port
    backends: {app: {address: "app.site.test:80", refresh: 300ms}}
YAML

sub total { return $h->service('web')->{backends_total} }
ok($h->wait_for(sub { total() == 1000 && $h->service('web')->{backends_up} == 1000 }, 15, '1,000'),
	'1,000 backends');
my $names = sub { return scalar(() = $h->log =~ /names: /g) };
is(($h->reload)[0], 0, 'the log is written');	# up to the answer of a reload
my $before = $names->();
$knot->pause;
ok($h->wait_log(qr/app\.site\.test: .*stay in use/), 'silence is told');
kill KILL => $knot->pid;	# going on, it might answer once more
$knot->stop;
ok($h->wait_for(sub { my $name = $h->stats->{resolver}{names}{'app.site.test refresh 300ms'} // {};
	return ($name->{error} // '') =~ /refuse/ }, 10, 'a refusal'), 'nothing listens there');
is(total(), 1000, '... and all stay');
$knot->start;
ok($h->wait_log(qr/app\.site\.test is resolved again/), 'it is back');
is(total(), 1000, '... with 1,000');
is($names->(), $before, 'no address has come or gone');
is($h->log_count(qr/app\.site\.test: .*stay in use/, 1), 1, 'the outage was told once');
$h->finish;
done_testing();
