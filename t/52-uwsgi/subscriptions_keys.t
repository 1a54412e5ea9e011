# SPDX-License-Identifier: BSD-2-Clause
# A real uWSGI with a mapping file of 10,000 keys (@file): it sends one datagram a key, at the start
# and with each turn; all of them are known and lead to it, and all of them go when it stops. UDP: what
# a unix socket has no room for (net.unix.max_dgram_qlen, 10 datagrams), uWSGI drops itself.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;
my $count = 10_000;

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-subscribe-XXXXXX', TMPDIR => 1);
	chmod 0755, $dir;
	Heddle::write_file("$dir/keys", "# all of them\n\n" . join '', map { "k$_.test\n" } 1 .. $count);
	my $s = subscribed(server => 'tolerance: 90s');
	my $instance = uwsgi_instance('none', every => 3, options => ['--subscribe-to', $s->server . ":\@$dir/keys"]);
	ok($s->wait_nodes($count), "$count keys");
	is($s->count->{keys}, $count, '... each of its own');
	is($s->ask("k$_.test"), $instance->address, "k$_.test") for 1, 2, 77, 5000, $count;
	is($s->ask("k0.test"), '', 'no other one');

	# The file is read again with each announcement.
	Heddle::write_file("$dir/keys", "late.test\n");
	ok($s->wait_nodes($count + 1), 'a key that is added');
	is($s->ask('late.test'), $instance->address, '... leads there');
	# A uWSGI that is told to stop while it announces goes on with that when it has unsubscribed.
	my $heard = sub { my $now = $s->count; return $now->{datagrams}{refresh} + $now->{kernel_dropped} };
	my $all = $heard->() + $count;
	Heddle::write_file("$dir/keys", join '', map { "k$_.test\n" } 1 .. $count);
	ok(until_true(sub { $heard->() >= $all }, 20), 'all are announced again');
	# 10,000 datagrams in one piece, each sent once: what the kernel has no room for is lost.
	my $dropped = $s->count->{kernel_dropped};
	kill 'TERM', $instance->pid;
	my $left;
	ok(until_true(sub { my $now = $s->count; $left = $now->{nodes} - 1; $left >= 0 && $left <= $now->{kernel_dropped} - $dropped }, 20),
		'it unsubscribes those that stand in the file when it stops') or diag("$left are left: ", explain($s->count));
	is($s->ask('k77.test'), '', '... and nothing leads there');
	$s->heddle->finish;
});
