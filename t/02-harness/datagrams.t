# SPDX-License-Identifier: BSD-2-Clause
# What the harness says about datagrams: it counts, sees what is lost, twice, late or altered; and
# uwsgi's routers and instances say whom they know.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test 'alone';
use Heddle::Datagrams qw(sink sinks sender datagram number);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance uwsgi_router);

my ($one, $two) = sinks(2);
my $sender = sender($one->address);
$sender->numbered(500, [100, 8, 65507, 9]);
is($one->wait_count(500), 500, 'all of them');
is($one->disorder(0), '', 'in order, and as they were sent');
is($two->count, 0, 'another address of the port has none');
like(($one->from)[0], qr/^127\.\d+\.\d+\.\d+:${\$sender->own_port}$/, 'it says from where');
is(length((grep { number($_) == 2 } $one->got)[0]), 65507, 'the longest there is');
is($one->forget->count, 0, 'forgotten');
for (['lost' => [0, 2], qr/^2 where 1 /], ['twice' => [0, 1, 1], qr/^1 where 2 /],
	['late' => [1, 0], qr/^0 where 2 /]) {
	my ($what, $numbers, $pattern) = @$_;
	$one->forget;
	$sender->send(datagram($_)) for @$numbers;
	$one->wait_count(scalar @$numbers);
	like($one->disorder, $pattern, $what);
}
$one->forget;
$sender->send(datagram(0, 100) =~ s/!$/x/r);
$one->wait_count(1);
like($one->disorder, qr/^0 has other bytes/, 'altered');
$sender->send('');
is($one->wait_for(sub { $_[0] eq '' }), '', 'an empty one');
my $dir = File::Temp->newdir;
my $unix = sink("$dir/socket");
sender("unix:$dir/socket")->send('x');
is(join(' ', $unix->wait_count(1), $unix->got), '1 x', 'a unix socket');
my $v6 = eval { sink('[::1]:' . free_port()) };
SKIP: {
	skip 'no v6 here', 1 if !$v6;
	sender($v6->address)->send('x');
	is(join(' ', $v6->wait_count(1), $v6->got), '1 x', 'v6');
}

SKIP: {
	my $missing = uwsgi_missing(qw(fastrouter http python3));
	skip $missing, 6 if $missing;
	my $port = free_port();
	my @routers = (uwsgi_router('fastrouter', "127.0.1.1:$port"),
		uwsgi_router('http', "127.0.1.2:$port"));
	my $instance = uwsgi_instance('one.example',
		announce => ["127.0.1.1:$port", "127.0.1.2:$port"]);
	for my $router (@routers) {
		ok($router->wait_nodes('one.example', [$instance->address]), 'a router knows it');
		is($router->known, 1, '... and nobody else');
	}
	$instance->stop;
	ok($_->wait_nodes('one.example', []), 'it has withdrawn') for @routers;
}
done_testing();
