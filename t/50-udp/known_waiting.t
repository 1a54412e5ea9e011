# SPDX-License-Identifier: BSD-2-Clause
# Announcements that come before a name has its first answer wait for it, and are known: its addresses
# are sent each of them once, in order. One that is new later is sent what is known.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sinks sender);
use Heddle::Dns qw(dns);
use Heddle::Subscription qw(announcement withdrawal);

on_each_event(sub {
	my @routers = sinks(3);
	my ($port, $to) = (free_port, $routers[0]->port);
	my $dns = dns('routers.test' => ['1 A 127.0.1.1', '1 A 127.0.1.2']);
	$dns->mode('silent');
	my $yaml = sub {
		my ($queue) = @_;
		return "resolver: {servers: [\"${\$dns->address}\"], timeout: 300ms}\nfanouts: {f: {queue: $queue, "
			. "listen: \"127.0.0.1:$port\", tolerance: 10m, targets: [\"routers.test:$to\"]}}\n";
	};
	my $h = heddle($yaml->('4m'));
	my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
	my $sender = sender($port);
	my @all = ((map { announcement("key$_", "10.0.0.$_:1") } 1 .. 100), withdrawal('key1', '10.0.0.1:1'));
	$sender->send($_) for @all;
	ok($h->wait_for(sub { ($f->()->{waiting} // 0) == @all && $f->()->{known} == 99 }, 5, 'waiting'),
		'they wait, and are known');
	$dns->mode('truth');
	is($_->wait_count(scalar @all), scalar @all, 'the answer is there: all are sent') for @routers[0, 1];
	$sender->send('last');
	is($_->wait_for(sub { $_[0] eq 'last' }), 'last', '... and what comes then') for @routers[0, 1];
	is(join('|', $_->got), join('|', @all, 'last'), '... each once, in order') for @routers[0, 1];
	$dns->zone('routers.test' => ['1 A 127.0.1.1', '1 A 127.0.1.3']);
	is($routers[2]->wait_count(99), 99, 'a third one is sent what is known');
	$h->finish;

	# the queue is too short for all of them
	$_->forget for @routers;
	$dns->mode('silent');
	$h = heddle($yaml->('2k'));
	$sender = sender($port);
	$sender->send($_) for @all;
	ok($h->wait_for(sub { ($f->()->{dropped}{queue} // 0) > 50 && $f->()->{known} == 99 }, 5, 'dropped'),
		'the queue is short');
	$dns->mode('truth');
	my $keys = sub { my %once = map { $_ => 1 } $routers[0]->got; return scalar grep { $once{$_} } @all[1 .. 99] };
	ok($h->wait_for(sub { $keys->() == 99 }, 10, '99'), '... and all that are known are sent nevertheless');
	$h->finish;
});
