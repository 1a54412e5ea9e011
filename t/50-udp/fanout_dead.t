# SPDX-License-Identifier: BSD-2-Clause
# Dead targets cost the living ones nothing: one refuses, one does not exist on its link, and then
# a third one dies. The living get everything in order, the dead are counted apart, and all takes
# no more of the processor than with four living ones. Scenario F1.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sinks sender);
use Time::HiRes qw(time);

if (!$ENV{HEDDLE_INSIDE}) {
	my $prepare = 'ip link set lo up && ip link add fan0 type veth peer name fan1'
		. ' && ip addr add 10.99.0.1/24 dev fan0 && ip link set fan0 up && ip link set fan1 up';
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_INSIDE} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

use constant { RATE => 10_000, COUNT => 20_000 };
my ($port, $dead) = (free_port, free_port);
my @sinks = sinks(4);
my $yaml = sub { return "fanouts: {f: {protocol: raw, listen: \"127.0.0.1:$port\", targets: ["
	. join(', ', map { "\"$_\"" } @_) . "]}}\n" };
my $h = heddle($yaml->(map { $_->address } @sinks));
my ($resolver) = $h->processes('resolver');
my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
my $sender = sender($port);

# The report comes a moment later than the datagrams.
my $counted = sub {
	return $h->wait_for(sub { ($f->()->{received} // 0) == ($sender->{next} // 0) }, 10, 'counters');
};
# Sends at a steady rate; the seconds of the processor that it took.
my $run = sub {
	my ($name, @living) = @_;
	$counted->();
	my $before = $h->cpu_seconds($resolver->{pid});
	$_->forget for @sinks;
	my $first = $sender->{next} // 0;
	$sender->numbered(COUNT, 100, RATE);
	for (@living) {
		is($_->wait_count(COUNT), COUNT, "$name: " . $_->address . ' gets all');
		is($_->disorder($first), '', '... in order');
	}
	ok($counted->(), "$name: all are counted");
	return $h->cpu_seconds($resolver->{pid}) - $before;
};
my $sum = sub { my ($t) = @_; my $all = $t->{sent}; $all += $_ for values %{ $t->{dropped} }; $all };

my $living = $run->('four living', @sinks);
my ($refusing, $absent) = ("127.0.0.1:$dead", "10.99.0.9:$dead");
is(($h->reload($yaml->($sinks[0]->address, $sinks[1]->address, $refusing, $absent)))[0], 0, 'reload');
my $two = $run->('two dead', @sinks[0, 1]);
ok($h->wait_for(sub { $sender->numbered(1); $f->()->{targets}{$absent}{dropped}{unreachable} > 0 },
	10, 'unreachable'), 'what does not exist on the link is unreachable');
my $stats = $f->();
my $all = $stats->{received} - COUNT;
is($sum->($stats->{targets}{$_}), $stats->{received}, "$_: everything is counted once")
	for map { $_->address } @sinks[0, 1];
is($sum->($stats->{targets}{$_}), $all, "$_: everything is counted once") for $refusing, $absent;
cmp_ok($stats->{targets}{$refusing}{dropped}{refused}, '>', 0.95 * COUNT, 'refused are counted');
is($stats->{targets}{$refusing}{dropped}{unreachable}, 0, '... as such');
is($stats->{targets}{$absent}{dropped}{refused}, 0, 'unreachable is not refused');
ok($h->wait_log(qr/target \Q$refusing\E: refuses datagrams/), 'the log says who refuses');
ok($h->wait_log(qr/target \Q$absent\E: cannot be reached/), '... and who is not there');

$sinks[1]->close;
my $three = $run->('three dead', $sinks[0]);
cmp_ok($f->()->{targets}{ $sinks[1]->address }{dropped}{refused}, '>', 0.95 * COUNT,
	'one that has died refuses');
if (Heddle::sanitized()) { note('times mean nothing with sanitizers') }
else {
	cmp_ok($two, '<=', 1.1 * $living + 0.1, "two dead: $two s of the processor, $living with four living");
	cmp_ok($three, '<=', 1.1 * $living + 0.1, "three dead: $three s");
}
$h->finish;
done_testing();
