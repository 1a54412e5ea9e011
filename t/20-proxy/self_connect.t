# SPDX-License-Identifier: BSD-2-Clause
# A dead backend on a port that the kernel chooses for outgoing connections: now and then a
# connection to it would be one with itself, and clients would get their own bytes back.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Socket::INET;

# A network of its own, where such ports are few and the loopback interface is up.
if (!$ENV{HEDDLE_OWN_NETWORK}) {
	my $prepare = 'ip link set lo up && echo 40000 40015 >/proc/sys/net/ipv4/ip_local_port_range';
	plan(skip_all => 'needs root, Linux, unshare and ip') if $^O ne 'linux' || $< != 0
		|| !program('unshare') || !program('ip')
		|| system("unshare -n sh -c '$prepare' 2>/dev/null") != 0;
	$ENV{HEDDLE_OWN_NETWORK} = 1;
	exec 'unshare', '-n', 'sh', '-c', "$prepare && exec \"\$@\"", 'sh', $^X, $0;
}

# connect() takes even ports first.
use constant PORT => 40008;
on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-self-XXXXXX', TMPDIR => 1);
	chmod 0777, "$dir";
	my $h = heddle(<<"YAML");
services:
  web: {listen: "$dir/web", backends: ["127.0.0.1:@{[PORT]}", "0.0.0.0:@{[PORT]}"]}
  checked:
    listen: "$dir/checked"
    check: {type: tcp, interval: 10ms, initial: down}
    backends: {dead: "127.0.0.1:@{[PORT]}"}
YAML
	my %end;
	for (1 .. 200) {
		my $client = client("$dir/web") or die "connect: $!";
		my $line = $client->ask('hello');
		$end{ defined $line ? 'its own bytes' : 'nothing' }++;
	}
	is_deeply(\%end, { nothing => 200 }, 'no client gets its own bytes back');
	my $dead = sub { $h->backend('checked', 'dead') };
	ok($h->wait_for(sub { $dead->()->{check}{failed_total} >= 100 }, 20, 'checks'), 'checks fail')
		or diag(explain($dead->()));
	is($dead->()->{check}{passed_total}, 0, 'none of them passes');
	# a check may be on its way from that port; in the state TIME_WAIT it would stay for a minute
	my $server;
	ok(until_true(sub { $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => PORT,
		Listen => 1) }, 5), 'the server can bind when it comes back') or diag("bind: $!");
	undef $server;
	$h->finish;
});
