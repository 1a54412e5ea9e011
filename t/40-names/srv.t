# SPDX-License-Identifier: BSD-2-Clause
# Services come and go in SRV records: order and missing addresses of the answer change nothing,
# what is replaced is used after its first check, and the rest stays as it is.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Knot qw(knot knot_missing);
use Time::HiRes qw(time);

plan(skip_all => knot_missing()) if knot_missing();
plan(skip_all => 'one address of 127.0.0.0/8') if $^O ne 'linux';
time_limit(120);

my $base = free_ports(16) - 1;
sub records {
	my (@which) = @_;
	return join '', (map { "_app._tcp 1 SRV 10 5 " . ($base + $_) . " host$_\n" } @which),
		map { "host$_ 1 A 127.0.7.$_\n" } 1 .. 16;
}
my %backend = map { $_ => backend('named', name => "b$_", address => "127.0.7.$_:" . ($base + $_)) }
	1 .. 16;
my $knot = knot('site.test' => records(1 .. 8));
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$knot->address}"]}
services:
  web:
    listen: 127.0.0.1:$port
    check: {type: tcp, interval: 1s}
    backends: {app: {address: "srv:_app._tcp.site.test", refresh: 100ms}}
YAML

sub members { return $h->service('web')->{backends} }
sub up {
	my @up = grep { $_->{status} eq 'up' } values %{ members() };
	return all(sort { $a <=> $b } map { $_->{address} =~ /^127\.0\.7\.(\d+):/ } @up);
}
sub all { return join ' ', map { sprintf '%02d', $_ } @_ }
sub becomes {
	my ($what, @which) = @_;
	my $begin = time;
	ok($h->wait_for(sub { up() eq all(@which) && keys %{ members() } == @which }, 8, $what), $what)
		or diag('up: ', up(), '; there: ', join ' ', sort keys %{ members() });
	return time - $begin;
}
becomes('the records are backends', 1 .. 8);
my ($first) = grep { /127\.0\.7\.1:/ } keys %{ members() };
is(members()->{$first}{weight}, 5, 'the weight is that of the record');
my $held = client($port);
my $name = $held->ask("who\n");
is(($h->reload)[0], 0, 'the log is written');	# up to the answer of a reload
my $lines = () = $h->log =~ /names: /g;
for my $round (1 .. 4) {
	$knot->zone('site.test', records(reverse 1 .. 8));
	$knot->zone('site.test', records(5 .. 8, 1 .. 4));
}
is(scalar(() = $h->log =~ /names: /g), $lines, 'another order changes nothing');
is(members()->{$_}{changes_total}, 1, "$_ has come up, and that is all") for sort keys %{ members() };

becomes('three of them are left', $knot->zone('site.test', records(2, 3, 4)) && (2, 3, 4));
becomes('all others', $knot->zone('site.test', records(9 .. 16)) && (9 .. 16));
ok($held->is_open, 'a session goes on');
becomes('and back', $knot->zone('site.test', records(1 .. 8)) && (1 .. 8));
for my $round (1 .. 10) {
	my @which = sort { $a <=> $b } grep { rand() < 0.5 || $_ == 3 } 1 .. 16;
	$knot->zone('site.test', records(@which));
	becomes("round $round: exactly those of the last answer", @which) if $round % 2 == 0;
}
$held->close;
$h->finish;
done_testing();
