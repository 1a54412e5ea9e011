# SPDX-License-Identifier: BSD-2-Clause
# What real uWSGI instances announce with --subscribe-to and --subscribe2, to UDP and unix sockets.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement subscriber);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-subscribe-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	my $v6 = '[::1]:' . free_port;
	my $s = subscribed(server => 'tolerance: 90s', listen => ["{address: \"$dir/s.sock\", mode: \"0666\"}", "\"$v6\""]);
	my $server = $s->server;
	my $node = backend('uwsgi', name => 'node');
	my $at = $node->address;
	my ($any, $zero, $third) = (free_port, free_port, free_port);
	my @instances = (
		uwsgi_instance('udp.test', announce => $server, options =>
			['--subscribe-to', "$server:second.test", '--st', "$server:with.port:8000",
			'--subscribe', "$at=$server:address.test,5"]),
		uwsgi_instance('unix.test', announce => "$dir/s.sock", address => "$dir/app.sock",
			options => ['--chmod-socket=666']),
		uwsgi_instance('wildcard.test', announce => $server, address => ":$any"),
		# port 0: the instance announces the port that it was given
		uwsgi_instance('none', address => "127.0.0.1:$zero", options => ['--socket', "127.0.0.1:$third",
			'--subscribe2', "server=$server,key=two.test,socket=1",
			'--subscribe2', "server=$dir/s.sock,key=modified.test,addr=$at,modifier1=9,modifier2=7"]),
		map({ uwsgi_instance('none', options => ['--subscribe2',
			"server=$server,key=weight.test,weight=$_"]) } 1, 3),
	);
	ok($s->wait_nodes(10), 'all are subscribed') or diag($s->heddle->log);
	my @address = map { $_->address } @instances;
	is($s->ask($_), $address[0], $_) for qw(udp.test second.test with.port:8000);
	is($s->ask('with.port'), '', '... no other key');
	is($s->ask('unix.test'), $address[1], 'a unix socket, announced on a unix socket');
	ok($s->heddle->wait_log(qr/wildcard\.test => new node: 127\.0\.0\.1:$any /), 'no host: that of the sender');
	is($s->ask('wildcard.test'), ":$any", '... which answers');
	is($s->ask('two.test'), $address[3], 'the second socket of an instance');
	ok($s->heddle->wait_log(qr/two\.test => new node: 127\.0\.0\.1:$third /), '... and it was that');
	like($s->ask('address.test'), qr{^node 5/0 .*HTTP_HOST=address\.test}, 'address and modifier of --subscribe');
	like($s->ask('modified.test'), qr{^node 9/7 }, 'address and modifiers of --subscribe2');
	is_deeply($s->shares(40, 'weight.test'), { $address[4] => 10, $address[5] => 30 }, 'weights');

	# A port that the kernel chooses; an IPv6 server has senders of IPv6 only, which uWSGI has not.
	my $chosen = Heddle::Uwsgi::prepare(plugin => 'python3', address => $address[0]);
	Heddle::write_file($chosen->dir . '/app.py', "def application(e, s):\n    s('200 OK', [])\n    return [b'chosen']\n");
	$chosen->{arguments} = ['--socket', '127.0.0.1:0', '--wsgi-file', $chosen->dir . '/app.py', '--st', "$server:zero.test"];
	$chosen->start;
	ok($s->wait_nodes(11), 'port 0 is subscribed');
	is($s->ask('zero.test'), 'chosen', '... with the port that it has');
	subscriber($v6)->send(announcement('v6.test', $at));
	ok($s->wait_nodes(12), 'an IPv6 server');
	like($s->ask('v6.test'), qr/^node /, '... and its node');
	$_->stop for splice(@instances), $chosen;
	ok($s->wait_nodes(1), 'all have unsubscribed');
	is($s->datagrams('malformed'), 0, 'nothing was malformed');
	$s->heddle->finish;
});
