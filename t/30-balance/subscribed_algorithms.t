# SPDX-License-Identifier: BSD-2-Clause
# lrc, wlrc and iphash over subscribed nodes, by the server's setting or by `algo` of the datagram that
# makes the pool.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);
use IO::Socket::IP;

# Which nodes so many requests at once are with: {name => how many}. They are held until then.
sub held {
	my ($s, $count, $key) = @_;
	my @clients = map { my $client = $s->begin($key); $client->{name} = ($client->line(10) =~ /^(\S+)/)[0]; $client } 1 .. $count;
	my %held;
	$held{ $_->{name} }++ for @clients;
	return \%held;
}

on_each_event(sub {
	my @nodes = map { backend('uwsgi', name => "n$_", linger => 30) } 1 .. 3;
	my @quick = map { backend('uwsgi', name => "q$_") } 1 .. 3;
	my $s = subscribed(server => "balance: lrc\ntolerance: 5m", workers => 2);
	$s->send(map { announcement('lrc', $nodes[$_ - 1]->address, weight => $_) } 1 .. 3);
	$s->send(map { announcement('wlrc', $nodes[$_ - 1]->address, weight => $_, algo => 'wlrc') } 1 .. 3);
	$s->send(map { announcement('lrc.quick', $_->address) } @quick);
	$s->send(map { announcement($_->[0], $_->[1]->address, algo => 'iphash') }
		map { my $key = $_; map { [$key, $_] } @quick } 'hash');
	ok($s->wait_nodes(12), 'four pools');
	my %shares;
	for (1 .. 30) {
		$shares{ $s->ask('lrc.quick') }++;
		until_true(sub { $s->heddle->settled eq '' }, 10);	# a session that still ends counts
	}
	is(scalar(grep { $_ != 10 } values %shares), 0, 'lrc without load: in turns') or diag(explain(\%shares));
	is_deeply(held($s, 12, 'lrc'), { n1 => 4, n2 => 4, n3 => 4 }, 'lrc: as many sessions each, whatever the weight');
	is_deeply(held($s, 12, 'wlrc'), { n1 => 2, n2 => 4, n3 => 6 }, 'wlrc: by weight');
	is(keys %{ $s->shares(20, 'hash') }, 1, 'iphash: one client, one node');

	# Other clients are with other nodes, and each stays where it is.
	my %of;
	for my $turn (1, 2) {
		for my $last (1 .. 24) {
			my $socket = IO::Socket::IP->new(PeerAddr => '127.0.0.1', PeerPort => $s->port, LocalAddr => "127.0.0.$last")
				or die "$!";
			syswrite $socket, Heddle::Uwsgi::uwsgi_packet(HTTP_HOST => 'hash');
			my ($name) = <$socket> =~ /^(\S+)/;
			$of{$last}{$name} = 1;
		}
	}
	is(scalar(grep { keys %$_ != 1 } values %of), 0, 'each client stays with its node');
	my %used = map { (keys %$_) => 1 } values %of;
	is(keys %used, 3, '... and all nodes have some');
	$_->stop for @nodes;
	$s->heddle->finish;

	# By REMOTE_ADDR, which is the client of the web server; when one node goes, only its clients move.
	$s = subscribed(server => "balance: iphash\niphash_by: remote_addr\ntolerance: 5m", workers => 2);
	$s->send(map { announcement('hash', $_->address) } @quick);
	ok($s->wait_nodes(3), 'iphash_by: remote_addr');
	my $where = sub { return { map { ("10.0.0.$_" => ($s->ask('hash', REMOTE_ADDR => "10.0.0.$_") =~ /^(\S+)/)[0]) } 1 .. 30 } };
	my ($before, $again) = ($where->(), $where->());
	is_deeply($again, $before, 'each client stays with its node');
	is(keys %{ { reverse %$before } }, 3, '... and all nodes have some');
	$quick[0]->stop;
	my $after = $where->();
	is(scalar(grep { $before->{$_} ne 'q1' && $before->{$_} ne $after->{$_} } keys %$before), 0, 'one refuses: the clients of others stay');
	is(scalar(grep { $_ eq 'q1' } values %$after), 0, '... and its own go elsewhere');
	$s->heddle->finish;
});
