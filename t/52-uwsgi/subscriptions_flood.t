# SPDX-License-Identifier: BSD-2-Clause
# 100,000 announcements with wrong signatures, of a key that is there and of ones that are not:
# meanwhile signed and unsigned ones of others are taken at once, and requests go on.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(spawn end_child);
use Heddle::Datagrams qw(sink);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement subscriber signed make_key);
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time sleep);

use constant { FLOOD => 100_000, PIECE => 250, MEANWHILE => 40, START => int time };
my $slow = $ENV{HEDDLE_SLOW} // 1;

my $dir = File::Temp->newdir('heddle-flood-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($own) = map { make_key($dir, $_) } qw(own.test flooded.test);
my ($other) = make_key($dir, 'other');
unlink "$dir/other.pem";
my $node = backend('script', name => 'one', on => qr/HTTP_HOST/, text => "HTTP/1.1 200 OK\r\n\r\none\n");

# Signed before it is needed: openssl takes a while. Each is a node of its own, so that the server
# acknowledges it.
my $acks = sink("$dir/acks.sock");
chmod 0777, "$dir/acks.sock";
my @signed = map { signed($own, 'own.test', "10.0.0.1:$_", at => START + $_, notify => "$dir/acks.sock") } 1 .. MEANWHILE;
my @unsigned = map { announcement('unsigned.test', "10.0.0.1:$_", notify => "$dir/acks.sock") } 1 .. MEANWHILE;
my $wrong = signed($other, 'flooded.test', '10.0.0.2:10000', at => START);
my $unknown = signed($other, 'name-00000', '10.0.0.2:10000', at => START);

# Milliseconds from each datagram to its answer.
sub answered {
	my ($to, @datagrams) = @_;
	return map {
		my ($begin, $seen) = (time, $acks->count);
		$to->send($_);
		my $came = $acks->wait_count($seen + 1, 10);
		sleep 0.01;
		$came ? 1000 * (time - $begin) - 10 : 10_000;
	} @datagrams;
}
sub worst { my @ms = sort { $a <=> $b } @_; return ($ms[$#ms / 2], $ms[-1]) }

on_each_event(sub {
	my $server = subscribed(workers => 2, server => "sign: {keys: '$dir'}\nallow_unsigned: on\ntolerance: 600s",
		listen => ['"127.0.0.1:' . (my $second = free_port) . '"']);
	my $h = $server->heddle;
	my $to = subscriber($server->server);
	$to->send(announcement('a.test', $node->address));
	$to->send(signed($own, 'own.test', '10.0.0.1:65535', at => START));
	ok($server->wait_nodes(2), 'two nodes');
	my $load = load($server->port, connections => 4, until_eof => 1, patience => 10,
		ask => uwsgi_packet(REQUEST_METHOD => 'GET', PATH_INFO => '/', HTTP_HOST => 'a.test'), answer => qr/\A.*\r\n\r\n(one)/s);
	$load->wait_for(64);

	my $flood = spawn(sub {
		my $flooder = subscriber("127.0.0.1:$second");
		for my $i (1 .. FLOOD / PIECE) {
			for my $n (1 .. PIECE / 2) {
				my $number = sprintf '%05d', $i * PIECE / 2 + $n;
				$flooder->send($wrong =~ s/10\.0\.0\.2:10000/10.0.0.2:$number/r);
				$flooder->send($unknown =~ s/name-00000/name-$number/r);
			}
			sleep 0.004 * $slow;
		}
	});
	my ($refused, $begin) = (sub { $server->datagrams('bad_signature') + $server->datagrams('unverified') }, time);
	ok(until_true(sub { $refused->() > 1000 }, 10), 'a flood');
	my @signed_ms = answered($to, @signed);
	my @unsigned_ms = answered($to, @unsigned);
	ok($refused->() < FLOOD || time - $begin > 1, '... lasts');
	reap($flood, 120);
	ok(until_true(sub { $refused->() + $server->count->{kernel_dropped} >= FLOOD }, 30), '... and is counted')
		or diag(explain($server->count));
	my ($signed_middle, $signed_most) = worst(@signed_ms);
	my ($unsigned_middle, $unsigned_most) = worst(@unsigned_ms);
	note(sprintf 'signed: %.1f ms, at most %.1f; unsigned: %.1f ms, at most %.1f', $signed_middle, $signed_most,
		$unsigned_middle, $unsigned_most);
	note(explain($server->count->{datagrams}));
	cmp_ok($signed_middle, '<', in_time(500), 'signed announcements of others are taken at once');
	cmp_ok($signed_most, '<', in_time(3000), '... always');
	cmp_ok($unsigned_middle, '<', in_time(500), 'unsigned ones as well');
	cmp_ok($unsigned_most, '<', in_time(3000), '... always');
	is($server->datagrams('new'), 2 + 2 * MEANWHILE, 'none was lost');
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed") or diag(explain($result));
	note("the longest request: $result->{max_ms} ms");
	cmp_ok($result->{max_ms}, '<', in_time(5000), '... or waited');
	$h->finish(alerts => 1);
});
