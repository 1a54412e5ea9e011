# SPDX-License-Identifier: BSD-2-Clause
# Each datagram goes to every target: the same bytes, in the same order, whatever its size, over
# v4, v6 and unix sockets; a target that is dead costs the others nothing, and all are counted.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sinks sender datagram);

on_each_event(sub {
	my ($port, $dead) = (free_port, free_port);
	my @sinks = sinks(3);
	my $six = second_loopback() eq '[::1]' ? sink('[::1]:' . free_port) : undef;
	my $h = heddle('', prepare => 1);
	my $dir = $h->dir;
	push @sinks, sink("unix:$dir/sink.sock"), $six // ();
	chmod 0777, "$dir/sink.sock";
	my $targets = join ', ', map { "\"$_\"" } (map { $_->address } @sinks), "127.0.0.1:$dead";
	is(($h->reload("fanouts: {f: {listen: [\"127.0.0.1:$port\", {address: unix:$dir/in.sock,"
		. " mode: 0600}], targets: [$targets], protocol: raw}}\n"))[0], 0, 'a reload brings it');
	is((stat "$dir/in.sock")[2] & 0777, 0600, 'the unix socket has its mode');
	my ($udp, $unix) = (sender($port), sender("unix:$dir/in.sock"));

	my @sizes = (0, 1, 100, 1471, 1472, 1473, 8192, 9000, 65507);
	for my $size (@sizes) {
		ok(defined $udp->send(datagram($size, $size)), "$size bytes");
		$_->wait_count(1) for @sinks;
		is(join(' ', map { ($_->got)[0] eq datagram($size, $size) ? 'same' : 'other' } @sinks),
			join(' ', ('same') x @sinks), '... arrive at each target');
		$_->forget for @sinks;
	}
	$unix->send('from a unix socket');
	is($_->wait_for(sub { 1 }), 'from a unix socket', 'a unix sender') for @sinks;
	$_->forget for @sinks;

	my @inet = grep { $_->address !~ /unix/ } @sinks;
	my $n = $udp->numbered(3000);
	$n = $udp->numbered(3000, [80, 100, 160, 160, 160, 20]);
	is($_->wait_count(6000), 6000, $_->address . ': all') for @inet;
	is($_->disorder(0), '', '... in order, each with its bytes') for @inet;

	my $in = @sizes + 1 + 6000;
	my $f = sub { return ($h->stats // {})->{fanouts}{f} };
	ok($h->wait_for(sub { ($f->() // {})->{received} // 0 == $in }, 5, "received $in"), 'received');
	my $stats = $f->();
	is($stats->{received}, $in, 'all are received');
	for (sort keys %{ $stats->{targets} }) {
		my $t = $stats->{targets}{$_};
		my $sum = $t->{sent} + $t->{waiting};	# in a unix socket that nobody reads
		$sum += $_ for values %{ $t->{dropped} };
		is($sum, $in, "$_: sent, dropped and waiting are all");
		is($t->{sent}, $in, '... all sent') if !/unix|:$dead/;
	}
	my $t = $stats->{targets}{"127.0.0.1:$dead"};
	# what it refuses may be told a moment later
	ok($h->wait_for(sub { $f->()->{targets}{"127.0.0.1:$dead"}{status} eq 'down' }, 5, 'down'), 'the dead one is down');
	cmp_ok($t->{dropped}{refused}, '>', 5000, '... what it refused is counted');
	is($h->log_count(qr/127.0.0.1:$dead: refuses/, 1), 1, '... and logged once');

	my $back = sink("127.0.0.1:$dead");
	ok($h->wait_for(sub { $udp->send('x'); $f->()->{targets}{"127.0.0.1:$dead"}{status} eq 'up' },
		5, 'up'), 'it comes back');
	ok($back->count > 0, '... and is sent what there is');
	$h->finish;
});
