# SPDX-License-Identifier: BSD-2-Clause
# A unix datagram target that is not there at the start, comes, goes, and comes back: the others get
# everything meanwhile, it is sent what comes while it is there, and whatever it is that stands at
# its path. Known instances are replayed to it when it is back.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sender datagram);
use Heddle::Subscription qw(announcement);

on_each_event(sub {
	my $port = free_port;
	my $other = sink();
	my $sender = sender($port);
	my $h = heddle('', prepare => 1);
	my $path = $h->dir . '/late.sock';
	# its folder belongs to the test, and heddle runs as another user
	my $appear = sub { my $sink = sink("unix:$path"); chmod 0777, $path; return $sink };
	is(($h->reload("fanouts: {f: {listen: \"127.0.0.1:$port\", tolerance: 10m, targets: [\"unix:$path\", \""
		. $other->address . "\"]}}\n"))[0], 0, 'a target that is not there');
	my $target = sub { return ($h->stats // {})->{fanouts}{f}{targets}{"unix:$path"} // {} };
	my $received = sub { return ($h->stats // {})->{fanouts}{f}{received} // 0 };
	my $status = sub {
		my ($wanted) = @_;
		return $h->wait_for(sub { ($target->()->{status} // '') eq $wanted }, 10, "status $wanted");
	};
	# what it is sent decides: sends until it has that status
	my $becomes = sub {
		my ($wanted) = @_;
		return $h->wait_for(sub {
			$sender->send('x');
			($target->()->{status} // '') eq $wanted;
		}, 10, "status $wanted");
	};
	my $counted = sub {
		my $t = $target->();
		my $all = $t->{sent} // 0;
		$all += $_ for values %{ $t->{dropped} };
		return $all == $received->();
	};


	$sender->numbered(200);
	is($other->wait_count(200), 200, 'the other target gets all');
	ok($status->('down'), '... it is down');
	cmp_ok($target->()->{dropped}{refused}, '>', 0, '... which is counted');

	my $late = $appear->();
	ok($becomes->('up'), 'it comes, and is up');
	# what was sent to see that has come, when this has
	$sender->send('the last');
	ok($late->wait_for(sub { $_[0] eq 'the last' }), '... and is sent all that was sent to see it');
	$late->forget;
	$sender->send(datagram($_, $_)) for 0, 1, 100, 9000, 65507;
	is($late->wait_count(5), 5, '... and is sent what there is');
	is(join(' ', map { length } $late->got), '0 1 100 9000 65507', '... as it is, whatever its size');
	$late->forget;
	my ($resolver) = $h->processes('resolver');
	kill 'STOP', $resolver->{pid};
	$sender->numbered(8);	# which it receives together, and the socket has room for ten
	kill 'CONT', $resolver->{pid};
	is($late->wait_count(8), 8, '... also of what came together');
	is($late->disorder, '', '... each by itself, in order');

	$late->close;
	unlink $path;
	ok($becomes->('down'), 'it goes, and is down');
	ok($h->wait_for($counted, 10, 'counted'), '... each datagram was sent or dropped');
	$other->forget;
	$sender->send(announcement('k', "10.0.0.$_:1")) for 1 .. 50;
	is($other->wait_for(sub { $_[0] eq announcement('k', '10.0.0.50:1') }), announcement('k', '10.0.0.50:1'),
		'the other target gets all');
	my $back = $appear->()->read_always;
	ok($becomes->('up'), 'it is back');
	my $all = sub { my %once = map { $_ => 1 } grep { length > 1 } $back->got; return keys %once == 50 };
	# nothing waits longer for who reads nothing
	my $stood = sub { return $back->stood_still >= 0.4 };
	ok($h->wait_for($all, 10, '50') || $stood->(), '... and is sent all that are known, however short its queue');
	my $before = $back->count;
	is(Heddle::Api->new($h->control)->call('POST', 'fanouts/f/replay', { target => "unix:$path" }), 202,
		'a replay');
	ok($h->wait_for(sub { $back->count >= $before + 50 }, 10, '50 more') || $stood->(), '... is sent to it');

	# it was bound again by another process before anybody has sent to the old one
	unlink $path;
	my $new = $appear->();
	$back->close;
	ok($becomes->('up'), 'another socket has its path');
	ok($h->wait_for(sub { $sender->send('new'); $new->wait_for(sub { $_[0] eq 'new' }, 1) }, 10, 'new'),
		'... and is sent to');
	unlink $path;
	mkdir $path;
	$new->close;
	ok($becomes->('down'), 'a folder stands there');
	rmdir $path;
	$h->finish;
});
