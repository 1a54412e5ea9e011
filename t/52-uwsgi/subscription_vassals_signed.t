# SPDX-License-Identifier: BSD-2-Clause
# A vassal that signs, where others need not: who does not sign takes neither its address nor its name.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement packet signed make_key);

plan(skip_all => 'openssl is not installed') if !program('openssl');
my $dir = File::Temp->newdir('heddle-signed-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my $private = make_key($dir, 'a.test');
my ($one, $two) = map { backend('script', name => $_, on => qr/HTTP_HOST/, text => "$_\n") } qw(one two);

on_each_event(sub {
	my $s = subscribed(server => "sign: {keys: '$dir'}\nallow_unsigned: on\ntolerance: 90s");
	$s->send(signed($private, 'a.test', $one->address, vassal => 'v.ini'));
	ok($s->wait_nodes(1), 'a vassal that signs');
	$s->send(announcement('a.test', $two->address));
	ok($s->wait_nodes(2), 'a node that does not');
	my @without = (packet(0, key => 'a.test', address => $two->address, vassal => 'v.ini'),
		packet(0, key => 'a.test', address => '10.0.0.9:1', vassal => 'v.ini'), packet(0, key => 'a.test', vassal => 'v.ini'),
		packet(0, key => 'a.test', address => $one->address, vassal => 'other.ini'),
		packet(1, key => 'a.test', vassal => 'v.ini'), packet(1, key => 'a.test', address => $one->address),
		packet(0, key => 'a.test', address => $one->address, vassal => 'v.ini', clear => 1));
	$s->send(@without);
	ok(until_true(sub { $s->datagrams('bad_signature') == @without }, 5), 'the address, the name or both, without a signature: refused')
		or diag(explain($s->count));
	is($s->count->{nodes}, 2, '... both nodes are there');
	is_deeply([sort keys %{ $s->shares(10, 'a.test') }], ['one', 'two'], '... and have requests');
	$s->send(signed($private, 'a.test', $two->address, vassal => 'v.ini', at => time + 2));
	ok($s->wait_nodes(1), 'the vassal itself comes to the other address: one node');
	is_deeply($s->shares(4, 'a.test'), { two => 4 }, '... which has the requests');
	$s->send(announcement('a.test', $two->address, weight => 5));
	ok(until_true(sub { $s->datagrams('bad_signature') == @without + 1 }, 5), '... and is signed from now on');
	$s->heddle->finish;
});
