# SPDX-License-Identifier: BSD-2-Clause
# A unix socket has room for ten datagrams (net.unix.max_dgram_qlen), and more come together: what
# there is no room for waits for the reader, in order. One that reads nothing costs the others
# nothing; what waits for it is bounded by `queue`, and counted.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender datagram);

use constant MANY => 2000;

on_each_event(sub {
	my $port = free_port;
	my $other = sink();
	my $h = heddle('', prepare => 1);
	my ($reads, $stuck) = map { $h->dir . "/$_.sock" } qw(reads stuck);
	my ($silent, $reader) = map { sink("unix:$_") } $stuck, $reads;
	chmod 0777, $stuck, $reads;	# heddle runs as another user
	my $yaml = sub {
		my ($queue) = @_;
		return "fanouts: {f: {protocol: raw, listen: \"127.0.0.1:$port\", queue: $queue, targets: ["
			. join(', ', map { "\"unix:$_\"" } $reads, $stuck) . ", \"${\$other->address}\"]}}\n";
	};
	is(($h->reload($yaml->('4m')))[0], 0, 'two unix sockets, and a port');
	my $target = sub { return ($h->stats // {})->{fanouts}{f}{targets}{"unix:$_[0]"} // {} };
	my $sum = sub {
		my ($t) = @_;
		my $all = ($t->{sent} // 0) + ($t->{waiting} // 0);
		$all += $_ for values %{ $t->{dropped} };
		return $all;
	};

	my $sender = sender($port);
	$sender->numbered(MANY, [100, 100, 100, 0, 1400]);
	is($other->wait_count(MANY), MANY, 'the port gets all');
	is($reader->wait_count(MANY), MANY, 'the socket that is read gets all');
	is(join(' ', map { length } ($reader->got)[0 .. 4]), '100 100 100 0 1400', '... as they are');
	my @numbers = grep { $_ >= 0 } map { Heddle::Datagrams::number($_) } $reader->got;
	is("@numbers", join(' ', grep { $_ % 5 != 3 } 0 .. MANY - 1), '... in order');
	ok($h->wait_for(sub { $target->($reads)->{sent} == MANY }, 5, 'sent'), '... and counted as sent');
	ok($h->wait_for(sub { $sum->($target->($stuck)) == MANY }, 5, 'all'),
		'of the one that is not each is sent, dropped or waiting');
	is($target->($stuck)->{status}, 'up', '... for it is there');
	ok($h->wait_for(sub { my $t = $target->($stuck); !$t->{waiting} && $t->{dropped}{full} > MANY / 2 }, 5,
		'none'), '... but nothing waits for ever for who reads nothing');
	is($sum->($target->($stuck)), MANY, '... and all are counted');
	my $taken = $target->($stuck)->{sent};
	is($silent->wait_count($taken), $taken, '... the first ones it gets when it reads');
	$sender->numbered(5, 100);
	is($silent->wait_count($taken + 5), $taken + 5, '... and further ones');
	is($other->wait_count(MANY + 5), MANY + 5, '... as the others do');

	is(($h->reload($yaml->('600k')))[0], 0, 'a shorter queue');
	$other->forget;
	# reads so many, so many a second at most
	my $reading = sub {
		my ($count, $rate) = @_;
		return spawn(sub {
			for (1 .. $count) {
				recv $reader->{socket}, my $bytes, 2000, 0;
				select undef, undef, undef, 1 / $rate if $rate;
			}
		}, $reader->{socket});
	};
	my $fast = $reading->(MANY + 5);	# five lie there
	$sender->numbered(MANY, 1000, 4000);
	is($other->wait_count(MANY), MANY, 'the port gets all');
	is(reap($fast, 10), 0, 'who reads all the time does so, too');
	ok($h->wait_for(sub { $sum->($target->($stuck)) == 2 * MANY + 5 }, 5, 'all'), 'all are counted');
	cmp_ok($target->($stuck)->{waiting}, '<', MANY / 2, '... some wait');
	cmp_ok($target->($stuck)->{dropped}{full}, '>', MANY / 2, '... the others are dropped');
	$silent->close;
	$sender->numbered(1);
	ok($h->wait_for(sub { $target->($stuck)->{status} eq 'down' }, 5, 'down'), 'it is gone');
	is($target->($stuck)->{waiting}, 0, '... and with it what waited');
	is($sum->($target->($stuck)), 2 * MANY + 6, '... which is counted');

	# what waits when heddle ends is sent still, to who reads it
	$other->forget;
	my $slow = $reading->(150, 5000);
	sender($port)->numbered(150);
	is($other->wait_count(150), 150, '150 more');
	$h->finish;
	is(reap($slow, 5), 0, '... are read by a slow reader while heddle ends');
});
