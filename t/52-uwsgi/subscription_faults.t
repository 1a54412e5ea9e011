# SPDX-License-Identifier: BSD-2-Clause
# What uWSGI's fastrouter does wrong with subscriptions, one symptom each. The numbers are those of the
# list of its faults; 12 and 38 are in subscriptions_killed.t as well, 17 in 30-balance/subscribed_*.t,
# 18 in subscriptions_mountpoints.t.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(time);

my ($s, $dir, $good);

sub add {
	my ($key, $address, @more) = @_;
	my $nodes = $s->count->{nodes};
	$s->send(announcement($key, $address, @more));
	ok($s->wait_nodes($nodes + 1), "$key at $address");
}

sub answers { my ($key, @more) = @_; return $s->ask($key, @more) =~ /^(\S+)/ ? $1 : '' }

# The good node beside one that cannot be connected to has all requests.
sub all_served {
	my ($address, $words) = @_;
	add('dead.test', $address);
	add('dead.test', $good->address);
	is(scalar(grep { answers('dead.test') ne 'good' } 1 .. 12), 0, "$words: no request fails");
	$s->send(map { withdrawal('dead.test', $_) } $address, $good->address);
	ok($s->wait_nodes(0), '... and both are gone');
}

sub start {
	$s = subscribed(workers => 4, @_);
	$good //= backend('uwsgi', name => 'good');
}

on_each_event(sub {
	$dir = File::Temp->newdir('heddle-faults-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;

	# 2: a request to a unix socket that is missing, refuses or is full was lost, and the node not marked.
	# 4: one that answers no connect cost each second request a timeout.
	start(server => 'tolerance: 90s', service => "connect_timeout: 1s\nerror_response: off");
	all_served("$dir/missing", 'a unix socket that is missing');
	IO::Socket::UNIX->new(Local => "$dir/refusing", Listen => 1)->close;
	chmod 0777, "$dir/refusing";
	all_served("$dir/refusing", 'a unix socket that refuses');
	my $full = IO::Socket::UNIX->new(Local => "$dir/full", Listen => 1);
	listen $full, 0;
	chmod 0777, "$dir/full";
	my $first = IO::Socket::UNIX->new(Peer => "$dir/full");
	all_served("$dir/full", 'a unix socket whose backlog is full');
	if ($> == 0) {
		my $closed = IO::Socket::UNIX->new(Local => "$dir/closed", Listen => 5);
		chmod 0700, "$dir/closed";
		all_served("$dir/closed", 'a unix socket of somebody else');
		ok($s->heddle->wait_log(qr{/closed: Permission denied; held off for 0\.5 s \(\S+ => marking \S+ as failed\)$}m), '... which is held off');
	}
	my $hole = backend('blackhole');
	my $begin = time;
	all_served($hole->address, 'a node that answers no connect');
	cmp_ok(time - $begin, '<', in_time(4), '... and one request finds out');

	# 15: modifiers were those of the first announcement for ever.
	add('modified.test', $good->address, modifier1 => 5);
	like($s->ask('modified.test'), qr{^good 5/0 }, 'modifiers of the first announcement');
	$s->send(announcement('modified.test', $good->address, modifier1 => 9, modifier2 => 7));
	ok(until_true(sub { $s->ask('modified.test') =~ m{^good 9/7 } }, 10), '... and of the next one');
	# 21: nodes of IPv6 and names were never connected to.
	my $six = eval { backend('uwsgi', name => 'six', address => '[::1]:' . free_port) };
	SKIP: {
		skip 'no IPv6 here', 3 if !$six;
		add('six.test', $six->address);
		is(answers('six.test'), 'six', 'a node of IPv6');
	}
	$s->send(announcement('name.test', 'localhost:' . $good->port));
	ok(until_true(sub { answers('name.test') eq 'good' }, 10), 'a node by name');

	# 23, 24: keys and addresses of more than 255 bytes were written behind the end of a buffer.
	my ($nodes, $bad) = ($six ? 3 : 2, $s->datagrams('malformed'));
	ok($s->wait_nodes($nodes), 'so many nodes');
	my @long = (256, 257, 300, 1000, 3000, 4000, 9000);
	$s->send(map { announcement('k' x $_, $good->address) } @long);
	$s->send(map { announcement('long.test', '/' . 'a' x $_) } @long);
	$s->send(map { announcement('long.test', '/' . 'a' x $_, vassal => 'v') } @long);
	ok(until_true(sub { $s->datagrams('malformed') == $bad + 3 * @long }, 10), 'what is too long is malformed') or diag(explain($s->count));
	is($s->count->{nodes}, $nodes, '... and adds nobody');
	$s->send(announcement('long.test', $good->address, vassal => 'v' x 300));
	add('k' x 255, $good->address);
	is(answers('k' x 255), 'good', 'a key of 255 bytes is one');
	# 30: files that a datagram names as certificates were opened.
	POSIX::mkfifo("$dir/fifo", 0666);
	add('sni.test', $good->address, map { ($_ => "$dir/fifo") } qw(sni_key sni_crt sni_ca));
	is(answers('sni.test'), 'good', 'files that are named as certificates are nothing to the server');
	unlike($s->heddle->log, qr/fifo/, '... and to nobody else');
	$s->heddle->finish;

	# 13: one announcement that is lost cost an outage. 14: who expires was found by the next request only.
	start(server => 'tolerance: 4s', service => 'error_response: off');
	add('expired.test', $good->address);
	ok($s->wait_nodes(0), 'who expires goes without a request');
	ok($s->heddle->wait_log(qr/expired\.test => marking \Q${\$good->address}\E as failed \(no announce received in 4 seconds\)/),
		'... which is told');
	$s->heddle->finish;
	start();
	like(($s->heddle->command('-T'))[1], qr/tolerance: (?:2[1-9]|[3-9]\d)s/, 'announcements of each 10 s may lose one');

	# 38: each process found out about a dead node by itself.
	my $dead = backend('refusing');
	add('dead.test', $_) for $dead->address, $good->address;
	$begin = time;
	is(scalar(grep { answers('dead.test') ne 'good' } 1 .. 40), 0, 'a node that refuses');
	# It is tried again after half a second, by the clock of a worker that may have stood still before.
	my $turns = 2 + int((time - $begin) / 0.5);
	my $log = () = $s->heddle->log =~ /Failed to connect to backend \Q${\$dead->address}/g;
	cmp_ok($log, '<=', $turns, '... is found by one process for all of them');
	$s->heddle->finish;
});
