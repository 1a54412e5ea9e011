# SPDX-License-Identifier: BSD-2-Clause
# A unix socket has room for ten datagrams (net.unix.max_dgram_qlen), and more come together: what
# there is no room for waits for the reader, in order. One that reads nothing costs the others
# nothing; what waits for it is bounded by `queue`, and counted.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender datagram);

use constant { MANY => 2000, STILL => 0.4, STOOD => 2 };
use Time::HiRes qw(time);

# Reads so many datagrams, 5,000 a second at most. 0: it has them; STOOD: not all, and it has not run
# for longer than heddle waits when it ends.
sub read_slowly {
	my ($socket, $count) = @_;
	my ($stood, $last, $until) = (0, time, time + 5);
	while ($count > 0 && $last < $until) {
		vec(my $r = '', fileno $socket, 1) = 1;
		if (select $r, undef, undef, 0.002) {
			recv $socket, my $bytes, 2000, 0;
			$count--;
			select undef, undef, undef, 1 / 5000;
		}
		my $now = time;
		$stood ||= $now - $last > 0.015;
		$last = $now;
	}
	return $count == 0 ? 0 : $stood ? STOOD : 1;
}

on_each_event(sub {
	my $port = free_port;
	my $other = sink();
	my $h = heddle('', prepare => 1);
	my ($reads, $stuck) = map { $h->dir . "/$_.sock" } qw(reads stuck);
	my ($silent, $reader) = map { sink("unix:$_") } $stuck, $reads;
	$reader->read_always;
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
	my ($first, $before) = (0, 0);
	for my $turn (1 .. 5) {
		$sender->numbered(MANY, [100, 100, 100, 0, 1400]);
		is($other->wait_count($first + MANY), $first + MANY, 'the port gets all');
		last if $reader->wait_count(MANY) == MANY || $reader->stood_still < STILL;
		note('the reader has stood still for ', $reader->stood_still, ' s: again');
		$reader->read_no_more;
		$reader->read_always->forget;
		$first += MANY;
		$h->wait_for(sub { $sum->($target->($reads)) == $first }, 5, 'all');
		$before = $target->($reads)->{sent};
	}
	is($reader->count, MANY, 'the socket that is read gets all');
	is(join(' ', map { length } ($reader->got)[0 .. 4]), '100 100 100 0 1400', '... as they are');
	my @numbers = grep { $_ >= 0 } map { Heddle::Datagrams::number($_) } $reader->got;
	is("@numbers", join(' ', grep { $_ % 5 != 3 } $first .. $first + MANY - 1), '... in order');
	my $all = $first + MANY;
	ok($h->wait_for(sub { $target->($reads)->{sent} == $before + MANY }, 5, 'sent'), '... and counted as sent');
	ok($h->wait_for(sub { $sum->($target->($stuck)) == $all }, 5, 'all'),
		'of the one that is not each is sent, dropped or waiting');
	is($target->($stuck)->{status}, 'up', '... for it is there');
	ok($h->wait_for(sub { my $t = $target->($stuck); !$t->{waiting} && $t->{dropped}{full} > MANY / 2 }, 5,
		'none'), '... but nothing waits for ever for who reads nothing');
	is($sum->($target->($stuck)), $all, '... and all are counted');
	my $taken = $target->($stuck)->{sent};
	is($silent->wait_count($taken), $taken, '... the first ones it gets when it reads');
	$sender->numbered(5, 100);
	is($silent->wait_count($taken + 5), $taken + 5, '... and further ones');
	is($other->wait_count($all + 5), $all + 5, '... as the others do');

	is(($h->reload($yaml->('600k')))[0], 0, 'a shorter queue');
	$reader->wait_count(MANY + 5);
	$_->forget for $other, $reader;
	my $sent = 0;
	while ($sent < MANY) {
		$sender->numbered(200, 1000, 4000);	# the queue has room for 600
		$sent += 200;
		last if $reader->wait_count($sent) != $sent;
	}
	is($other->wait_count($sent), $sent, 'the port gets all');
	ok($reader->count == $sent || $reader->stood_still >= STILL, 'who reads all the time does so, too')
		or diag($reader->count, " of $sent");
	$all += 5 + $sent;
	ok($h->wait_for(sub { $sum->($target->($stuck)) == $all }, 5, 'all'), 'all are counted');
	cmp_ok($target->($stuck)->{waiting}, '<', MANY / 2, '... some wait');
	cmp_ok($target->($stuck)->{dropped}{full}, '>', MANY / 2, '... the others are dropped');
	$silent->close;
	$sender->numbered(1);
	ok($h->wait_for(sub { $target->($stuck)->{status} eq 'down' }, 5, 'down'), 'it is gone');
	is($target->($stuck)->{waiting}, 0, '... and with it what waited');
	is($sum->($target->($stuck)), $all + 1, '... which is counted');

	# what waits when heddle ends is sent still, to who reads it
	$other->forget;
	$reader->read_no_more;
	my $slow = spawn(sub { POSIX::_exit(read_slowly($reader->{socket}, 150)) }, $reader->{socket});
	sender($port)->numbered(150);
	is($other->wait_count(150), 150, '150 more');
	$h->finish;
	my $status = (reap($slow, 20) // -1) >> 8;
	note('the reader has stood still') if $status == STOOD;
	ok($status == 0 || $status == STOOD, '... are read by a slow reader while heddle ends') or diag($status);
});
