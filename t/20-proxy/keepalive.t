# SPDX-License-Identifier: BSD-2-Clause
# Keepalive is asked for where a session lives for a while, with the times of the settings.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $ss = program('ss') or plan(skip_all => 'needs ss of iproute2');

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $q) = (free_port, free_port);
	my $h = heddle(<<"YAML");
services:
  on: {listen: "127.0.0.1:$p", keepalive: {idle: 100s, interval: 7s, count: 4},
    backends: ["${\$one->address}"]}
  off: {listen: "127.0.0.1:$q", keepalive: off, backends: ["${\$one->address}"]}
YAML
	my @held = (one_each($p, 1), one_each($q, 1));
	my $timer = sub {
		my $sockets = `$ss -Htno state established 'sport = :$_[0]'`;
		return $sockets =~ /timer:\(keepalive,(\w+)/ ? $1 : '';
	};
	ok($h->wait_for(sub { $timer->($p) }, 5, 'a timer'), 'to the client');
	like($timer->($p), qr/^1min(?:3\d|40)sec|^9\dsec|^100sec/, '... after the time given');
	is($timer->($q), '', '... not where it is off');
	my $to = $one->port;
	my $command = "$ss -Htno state established 'dport = :$to'";
	ok($h->wait_for(sub { `$command` =~ /keepalive/ }, 5, 'one'), 'to the backend');
	@held = ();
	$h->finish;
});
