# SPDX-License-Identifier: BSD-2-Clause
# A range of ports that another program has: each is told, and the holder of the first ones is
# named. Finding a holder reads /proc of every process, and the master serves nobody meanwhile.
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::IP;
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $count) = (free_port, 40);
	my $first = free_ports($count);
	my $last = $first + $count - 1;
	my @held = map { IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => $_,
		Listen => 1) // die } $first .. $last;
	my $yaml = sub {
		my $list = join ', ', map { "\"127.0.0.1:$_\"" } @_;
		return "services:\n  web: {listen: [$list], backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->($p));
	for my $turn (1, 2) {
		my ($code, $out) = $h->reload($yaml->($p, "$first-$last"));
		is($code, 1, 'a reload is refused');
		my @lines = $out =~ /bind 127\.0\.0\.1:\d+: address in use(.*)/g;
		is(scalar @lines, $count, '... every port is told');
		my $named = grep { /\(pid $$, / } @lines;
		SKIP: {
			skip 'only Linux tells who holds a port', 2 if $^O ne 'linux';
			like($lines[0], qr/\(pid $$, perl/, '... with its holder');
			cmp_ok($named, '<=', 8, '... which is looked up a few times only');
		}
	}
	is(who($p), 'one', 'what runs goes on');
	undef @held;
	is(($h->reload)[0], 0, 'once they are free, they can be had');
	is(who($last), 'one', '... and serve');
	$h->finish;
});
