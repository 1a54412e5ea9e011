# SPDX-License-Identifier: BSD-2-Clause
# An address that another program has is never shared with it, whatever else heddle has on the
# same port: that program would lose half of its clients.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my ($theirs, $ours) = backends(qw(theirs ours));
	my $port = free_port;
	my $yaml = sub {
		my ($backend, @hosts) = @_;
		my $list = join ', ', map { "\"$_:$port\"" } @hosts;
		return "services:\n  web: {listen: [$list], backends: [${\addresses($backend)}]}\n";
	};
	my $first = heddle($yaml->($theirs, '127.0.0.1'));
	my $taken = qr/bind 127\.0\.0\.1:$port: address in use/;
	my $h = heddle($yaml->($ours, '127.0.0.2', '127.0.0.1'), fails => 1);
	is($h->ended >> 8, 1, 'another address with the same port: the start is refused');
	like($h->output, $taken, '... and says why');

	$h = heddle($yaml->($ours, '127.0.0.2'));
	my ($code, $out) = $h->reload($yaml->($ours, '127.0.0.2', '127.0.0.1'));
	is($code, 1, 'so is a reload');
	like($out, $taken, '... and says why');
	my ($holder) = $out =~ /address in use \(pid (\d+), heddle\)/;
	is($^O eq 'linux' ? getpgrp($holder // 0) : $first->pid, $first->pid,
		'... and who has it, not who has another address with that port');
	is(many("127.0.0.1:$port", 20), join(' ', ('theirs') x 20), 'no client is taken away');
	is(who("127.0.0.2:$port"), 'ours', 'what heddle had goes on');

	$first->finish;
	is(($h->reload)[0], 0, 'once the address is free it can be had');
	is(who("127.0.0.1:$port"), 'ours', '... and serves');
	is(($h->reload($yaml->($ours, '0.0.0.0')))[0], 0, 'a wildcard replaces its own addresses');
	is(who("127.0.0.1:$port"), 'ours', '... and serves');
	is(($h->reload($yaml->($ours, '127.0.0.1')))[0], 0, '... and the other way round');
	is(who("127.0.0.1:$port"), 'ours', '... and serves');
	$h->finish;
});
