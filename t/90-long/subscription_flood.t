#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Hostile datagrams at a subscription server under a load of requests: random bytes, then well-formed
# announcements of random keys, withdrawals, huge weights, 4 kB. Every request is answered, and what
# is kept stays within the limits. HEDDLE_FLOOD=1000000: so many of each kind.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sender);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet);
use Heddle::Tools qw(bench_tools);
use Time::HiRes qw(time sleep);

my $count = $ENV{HEDDLE_FLOOD} // 50_000;
my $rate = 40_000;	# a second
time_limit(300 + $count / 1000);
need_descriptors(4000);
my $tools = bench_tools();
ok($tools, 'the tools compile');
my $dir = File::Temp->newdir('heddle-flood-XXXXXX', TMPDIR => 1);
my $node_port = free_port;
my $node = launch({ out => "$dir/node", err => "$dir/node" }, "$tools/uwsgi_node", $node_port, "$dir/node.sock");
ok(until_true(sub { client($node_port) }), 'a node');

my %most = (max_keys => 3000, max_nodes => 5000, max_nodes_per_key => 20);
my $per_sender = 2000;
my $s = subscribed(workers => 1, top => "access_log: off\nlog: {to: ./error.log, level: warn}",
	server => join '', map({ "$_: $most{$_}\n" } sort keys %most), "max_nodes_per_sender: $per_sender\nregexp: on\ntolerance: 20s\n");
my $good = announcement('good.test', "127.0.0.1:$node_port");
$s->send($good);
ok($s->wait_nodes(1), 'it is announced');

# (requests done, not answered, p99 in microseconds) of a load that goes on until the code has ended.
sub under_load {
	my ($seconds, $code) = @_;
	unlink "$dir/load";
	my $pid = launch({ out => "$dir/load", err => "$dir/load.err" }, "$tools/uwsgi_load", 'packet', $s->port, 50, $seconds, 'good.test', 0, 1000);
	$code->();
	my $ended;
	until_true(sub { $s->send($good); $ended = defined reap($pid, 0) }, $seconds + 60);
	my ($done, $errors, undef, $p99) = split ' ', Heddle::read_file("$dir/load");
	return ($done, $errors, $p99);
}

sub noise { my ($size) = @_; return join '', map { chr int rand 256 } 1 .. $size }

# 2,000 datagrams of that kind, which are sent again and again with other bytes in their middle.
sub made {
	my ($kind) = @_;
	return map { $kind eq 'random' ? noise(int rand(10) ? rand 200 : rand 4200) : hostile() } 1 .. 2000;
}
sub hostile {
	my $key = int rand(3) ? 'k' . int rand 1e9 : 'k' . int rand 50;
	my $address = '10.' . join('.', map { int rand 256 } 1 .. 3) . ':' . int rand 70_000;
	my @kinds = (
		sub { announcement($key, $address, weight => int rand 1e18, backup => int rand 300, load => 9 x 19) },
		sub { announcement($key, $address, weight => '-' . int rand 1e9, algo => (qw(wrr lrc wlrc iphash x))[rand 5]) },
		sub { withdrawal($key, $address) },
		sub { packet(0, key => $key, address => $address, clear => 1) },
		sub { packet(0, key => $key, vassal => noise(1 + rand 200)) },
		sub { announcement(noise(1 + rand 260), "/" . noise(rand 250) =~ s/\0//gr) },
		sub { announcement($key, $address, x => 'y' x 3900) },
		sub { announcement('~' . noise(1 + rand 20), $address) },
		sub { announcement($key, 'host' . int(rand 1e6) . ".invalid:80") },
		sub { announcement($key, ':' . int rand 70_000, notify => '/nowhere/' . noise(rand 90) =~ s/\0//gr) },
	);
	return $kinds[rand @kinds]->();
}

my ($resolver) = $s->heddle->processes('resolver');
my %rss;
my $flood = sub {
	my ($kind, $part) = @_;
	my @senders = map { sender($s->server, from => "127.0.0.$_:" . free_port) } 1 .. 8;
	my @datagrams = made($kind);
	my $start = time;
	for my $i (0 .. $count / 2 - 1) {
		my $n = $i % @datagrams;
		if ($i >= @datagrams && length $datagrams[$n] > 14) {
			substr $datagrams[$n], $kind eq 'random' ? rand length $datagrams[$n] : 12, 1, chr 48 + rand 70;
		}
		$senders[$i % 8]->send($datagrams[$n]);
		next if $i % 256;
		$s->send($good);
		my $ahead = $i / $rate - (time - $start);
		sleep $ahead if $ahead > 0;
	}
	$rss{"$kind $part"} = $s->heddle->rss($resolver->{pid});
};
my ($done, $errors, $calm) = under_load(4, sub { });
is($errors, 0, "no flood: all of $done requests are answered");
for my $kind (qw(random hostile)) {
	my $seconds = int($count / $rate * 2) + 5;
	my $p99;
	($done, $errors, $p99) = under_load($seconds, sub { $flood->($kind, $_) for 1, 2 });
	is($errors, 0, "$kind datagrams: all of $done requests are answered");
	diag("$kind: p99 of requests $p99 us, without a flood $calm us");
	my $now = $s->count;
	my $judged = 0;
	$judged += $_ for values %{ $now->{datagrams} };
	note(explain($now));
	# How many the kernel drops is for it to say who runs when.
	cmp_ok($judged, '>', 0.1 * $count, "... $judged were judged, $now->{kernel_dropped} dropped by the kernel");
	cmp_ok($now->{keys}, '<=', $most{max_keys}, '... keys within their limit');
	cmp_ok($now->{nodes}, '<=', $most{max_nodes}, '... and nodes');
	my ($one, $two) = @rss{"$kind 1", "$kind 2"};
	cmp_ok($two, '<=', Heddle::sanitized() ? 300e6 : 1.2 * $one + 6e6, "... memory: $one, then $two bytes");
	is(($s->heddle->processes('resolver'))[0]{pid}, $resolver->{pid}, '... in the same process');
}
cmp_ok($s->datagrams('over_limit'), '>', 0, 'limits were reached');
ok($s->heddle->wait_log(qr/max_nodes_per_key: 20 is reached|max_nodes_per_sender: $per_sender is reached|max_keys: 3000 is reached/), '... which the log says');
cmp_ok(-s $s->heddle->dir . '/error.log', '<', 2e6, 'the log does not fill the disk');
# All that was hostile expires.
ok(until_true(sub { $s->send($good); sleep 0.1; $s->count->{nodes} == 1 }, 40), 'what nobody announces any more goes') or diag(explain($s->count));
end_child($node, 'KILL');
$s->heddle->finish;
done_testing();
