# SPDX-License-Identifier: BSD-2-Clause
# A target name that resolves to our own listener: a datagram would circle for ever.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender);
use Heddle::Knot qw(knot knot_missing);

plan(skip_all => knot_missing()) if knot_missing();

on_each_event(sub {
	my $port = free_port;
	my $sink = sink("127.0.1.1:$port");
	my $knot = knot('site.test' => "routers 1 A 127.0.0.1\nrouters 1 A 127.0.1.1\n");
	my $h = heddle(<<"YAML");
resolver: {servers: ["${\$knot->address}"]}
fanouts:
  f: {listen: "127.0.0.1:$port", targets: ["routers.site.test:$port"]}
YAML
	my $sender = sender($port);
	$sender->numbered(100, 100, 1000);
	is($sink->wait_count(100), 100, 'all arrive');
	ok($h->wait_log(qr/come back and are dropped/), 'the loop is told');
	ok(until_true(sub { $h->stats->{fanouts}{f}{received} >= 100 }, 5), 'counted');
	$sender->numbered(1);
	$sink->wait_count(101);
	is($sink->count, 101, 'each of them once');
	is($sink->disorder(0), '', '  in order');
	my $f = $h->stats->{fanouts}{f};
	cmp_ok($f->{received}, '<=', 202, 'none circles') or diag(explain($f));
	$h->finish;
});
