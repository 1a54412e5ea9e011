# SPDX-License-Identifier: BSD-2-Clause
# A fan-out is changed under traffic by reloads and by the API: targets, addresses and directives.
# No datagram is lost, none comes twice, and the order stays.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sinks sender);

my @sinks = sinks(3);
my ($steady, @others) = map { $_->address } @sinks;
my ($port, $second) = (free_port, free_port);
my $yaml = sub {
	my ($listen, @targets) = @_;
	return "fanouts:\n  f: {protocol: raw, listen: [" . join(', ', map { "\"127.0.0.1:$_\"" } @$listen)
		. '], targets: [' . join(', ', map { "\"$_\"" } @targets) . "]}\n";
};
my $h = heddle($yaml->([$port], $steady));
my $api = Heddle::Api->new($h->control);
my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };

# A child sends all the time; it says how many it has sent.
my $running = sub {
	my ($to, $change) = @_;
	pipe my $read, my $write or die $!;
	my $pid = fork // die $!;
	if (!$pid) {
		my ($stop, $sender) = (0, sender($to));
		$SIG{TERM} = sub { $stop = 1 };
		$sender->numbered(50, 100, 4000) while !$stop;
		syswrite $write, $sender->{next};
		POSIX::_exit(0);
	}
	close $write;
	adopt($pid);
	ok($sinks[0]->wait_count(500) >= 500, 'under traffic');
	$change->();
	my $at = $sinks[0]->count;
	$sinks[0]->wait_count($at + 500);
	kill 'TERM', $pid;
	my $sent = readline $read;
	reap($pid, 20);
	is($sinks[0]->wait_count($sent), $sent, 'none of the datagrams is lost');
	is($sinks[0]->disorder(0), '', '... all in order, none twice');
	$_->forget for @sinks;
	return $sent;
};

my $sent = $running->($port, sub {
	for my $round (1 .. 8) {
		my @targets = ($steady, $round % 2 ? @others : ());
		is(($h->reload($yaml->([$port, $round % 3 ? () : $second], @targets)))[0], 0, "reload $round");
	}
});
ok($h->wait_for(sub { $f->()->{received} == $sent }, 5, 'counters'), 'the counter is exact');
is($f->()->{kernel_dropped}, 0, '... nothing was dropped before');
is($f->()->{targets}{$steady}{sent}, $sent, '... nor for the target that stayed');

$sent += $running->($port, sub {
	for my $round (1 .. 8) {
		my @targets = ($steady, $round % 2 ? @others : ());
		is($api->patch('fanouts/f', { targets => \@targets }), 200, "patch $round");
	}
	is($api->put('fanouts/g', { listen => "127.0.0.1:$second", targets => [$others[0]] }), 201,
		'another one is made');
	is($api->put('fanouts/h', { listen => "127.0.0.1:$second", targets => [$others[0]] }), 409,
		'... whose address no third one gets');
	is($api->remove('fanouts/g'), 200, '... and removed');
});
ok($h->wait_for(sub { $f->()->{received} == $sent }, 5, 'counters'), 'the counter is exact');
is($f->()->{targets}{$steady}{sent}, $sent, '... also for the target');

$api->get('fanouts/f');
is_deeply($api->document, { protocol => 'raw', listen => ["127.0.0.1:$port"], targets => [$steady] },
	'the object is what was given');
is($api->patch('fanouts/f', { sample => '1/2' }), 200, 'a directive is changed');
like(($api->get('fanouts/f'), $api->body)[1], qr/"sample":\s*2\b/, '... and is a number');
is($api->patch('fanouts/f', { sample => 2 }), 200, '... as which it is taken');
is($api->patch('fanouts/f', { sample => '2' }), 400, '... but not in quotes');
sender($port)->numbered(100);
is($sinks[0]->wait_count(50), 50, '... and has an effect');
$_->forget for @sinks;
is($api->patch('fanouts/f', { sample => undef, deny => ['127.0.0.1/8'] }), 400, 'what is wrong');
is($api->patch('fanouts/f', { sample => undef, deny => ['127.0.0.0/8'] }), 200, 'deny');
sender($port)->numbered(100);
ok($h->wait_for(sub { $f->()->{dropped}{denied} == 100 }, 5, 'denied'), '... drops, and counts');
is($api->patch('fanouts/f', { targets => ["127.0.0.1:$port"] }), 400, 'a target that leads back');
is($api->patch('fanouts/f', { deny => undef, allow => ['127.0.0.1'] }), 200, 'allow');

$sent = $running->($port, sub {
	my ($resolver) = $h->processes('resolver');
	kill 'STOP', $resolver->{pid};
	kill 'CONT', $resolver->{pid};
	is(($h->reload($yaml->([$port, $second], $steady)))[0], 0, 'a reload');
});

is($api->remove('fanouts/f'), 200, 'it is removed');
ok($h->wait_for(sub { !%{ $f->() } }, 5, 'gone'), '... and gone');
ok($h->wait_log(qr/127.0.0.1:$port\/udp: no longer listening/), '... its address is free');
$h->finish;
done_testing();
