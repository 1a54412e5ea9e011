# SPDX-License-Identifier: BSD-2-Clause
# SRV records of a real server come and go at full size: 20 times in another order, with the
# addresses of their hosts in the answer and without, which changes nothing; three of eight; all
# eight replaced, and back; then 20 rounds at random under connections. In the end of each round
# exactly the records of the last answer are backends, and all of them are up.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Knot qw(knot knot_missing);
use List::Util qw(shuffle);
use Time::HiRes qw(time);

plan(skip_all => knot_missing()) if knot_missing();
plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(400);
my $one = backend('named', name => 'one', address => '0.0.0.0:' . free_port);
my $target = $one->address =~ s/.*://r;

# The server adds the addresses of hosts of the zone itself, and not those of another one.
sub records {
	my ($additional, @which) = @_;
	my $end = $additional ? '' : '.other.test.';
	return join '', map { "_app._tcp 1 SRV 10 5 $target host$_$end\n" } @which;
}
my $hosts = join '', map { "host$_ 1 A 127.0.7.$_\n" } 1 .. 16;
my $knot = knot('site.test' => records(1, 1 .. 8) . $hosts, 'other.test' => $hosts);
my $zone = sub { my ($additional, @which) = @_;
	$knot->zone('site.test', records($additional, @which) . $hosts) };
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$knot->address}"]}
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 1s}
    backends: {app: "srv:_app._tcp.site.test"}
YAML
my $api = Heddle::Api->new($h->control);

sub members { return ($h->service('web') // {})->{backends} // {} }
sub names { my ($pattern) = @_;
	return join ' ', sort { $a <=> $b } map { /7\.(\d+):/ }
		grep { !$pattern || members()->{$_}{status} eq $pattern } keys %{ members() } }
my $slowest = 0;
sub becomes {
	my ($what, @which) = @_;
	my ($begin, $list) = (time, join ' ', sort { $a <=> $b } @which);
	ok($h->wait_for(sub { my $all = members();
		return names() eq $list && @which == grep { $_->{status} eq 'up' } values %$all }, 15, $what),
		$what) or diag('there: ', names(), '; up: ', names('up'), "; wanted: $list");
	$slowest = time - $begin if time - $begin > $slowest;
}
becomes('eight records', 1 .. 8);
sub told { return scalar(() = $h->log =~ /^\S+ (?:notice|warn|error|alert) .*\n/mg) }
# Lines come a moment later than what they tell of, and the master's later than heddle is ready.
$h->wait_log(qr/ master\[\d+\] heddle \d/);
$h->log_count(qr/\@127\.0\.7\.\d+:\d+: up: /, 8);
$h->wait_log($_) for qr/ web: up: /, qr/ names: .*: 8 addresses/;
my $lines = told();	# info: which addresses new hosts have
for my $round (1 .. 20) {
	$zone->($round % 2, shuffle(1 .. 8));
	$api->call(POST => 'resolve') == 200 or fail("round $round: not resolved");
}
is(names('up'), '1 2 3 4 5 6 7 8', 'after 20 rounds in another order all are up');
is(join(' ', grep { $_->{changes_total} != 1 } values %{ members() }), '',
	'... and have come up once, at the start');
is(told() - $lines, 0, '... and nothing of it is told') or diag($h->log);

my $load = load($port, connections => 4);
my $held = client($port);
is($held->ask('?'), 'one ?', 'a session');
$load->wait_for(500);
for my $which ([2, 5, 7], [9 .. 16], [1 .. 8]) {
	$zone->(int rand 2, @$which);
	becomes('records: ' . join(' ', @$which), @$which);
	is($held->ask('?'), 'one ?', '... the session goes on');
}
for my $round (1 .. 20) {
	my @which = grep { rand() < 0.5 || $_ == 1 + $round % 16 } 1 .. 16;
	$zone->(int rand 2, shuffle(@which));
	becomes("round $round", @which);
}
# TTL 1 s, a second for the host, and the first check
cmp_ok($slowest, '<', 2 + in_time(3), sprintf 'the slowest round took %.1f s', $slowest);
my $result = $load->stop;
is(Heddle::Load::failed($result), 0, "none of $result->{ok} connections failed") or diag(explain($result));
$held->close;
$h->finish;
done_testing();
