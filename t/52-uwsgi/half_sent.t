#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Clients that send half a packet and stay, that drip it, or that vanish in each phase: memory has
# its limit, greeting_timeout ends them, and others are served meanwhile.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use Time::HiRes qw(time);

need_descriptors(6000);
my $packet = uwsgi_packet(HTTP_HOST => 'k', X => 'x' x 60000);
my $small = uwsgi_packet(HTTP_HOST => 'k');
my $node = backend('script', on => qr/THE END/, text => "served\n");
my $silent = backend('silent');
my ($port, $slow, $quiet) = map { free_port } 1 .. 3;
my $h = heddle(<<"YAML", workers => 1);
buffer_memory: 16m
services:
  sites: {protocol: uwsgi, listen: "127.0.0.1:$port", greeting_timeout: 60s, routes: [{nodes: ["${\$node->address}"]}]}
  slow: {protocol: uwsgi, listen: "127.0.0.1:$slow", greeting_timeout: 2s, routes: [{nodes: ["${\$node->address}"]}]}
  quiet: {protocol: uwsgi, listen: "127.0.0.1:$quiet", routes: [{nodes: ["${\$silent->address}"]}]}
YAML
my ($pid) = $h->worker_pids;
sub served {
	my ($what) = @_;
	my $client = client($port);
	$client->send($small . 'THE END');
	is($client->rest, "served\n", $what);
	$client->close;
}
# Not from the access log: hundreds of ends at once are more lines than its pipe holds.
sub reasons { my ($service) = @_; return $h->service($service)->{ended} }

# Half-sent packets that stay, 16 kB each: some, and then three times as many as there is memory for.
# Who is over the limit is ended at once, and the others keep what they have.
my @held;
sub hold {
	my ($count) = @_;
	push @held, map { my $c = client($port); $c->send(substr $packet, 0, 5 + $_ * 10); $c } 1 .. $count;
	return;
}
hold(800);
ok($h->wait_for(sub { $h->counter('buffer_bytes') >= 800 * 16384 }, 20, 'them to be read'),
	'800 half-sent packets');
served('... and a whole request is served');
for my $batch (1 .. 3) {
	hold(700);
	my $bytes;
	$h->wait_for(sub { ($bytes = $h->counter('buffer_bytes')) > (16 << 20) - 100_000 }, 10, 'memory to be used');
	cmp_ok($bytes, '<=', 16 << 20, "700 more: buffers stay within buffer_memory");
}
served('a whole request needs none of it, and is served');
if (!Heddle::sanitized()) {
	my $rss = $h->rss($pid);
	cmp_ok($rss, '<', 64 << 20, "memory of the process: $rss");
}
@held = ();
ok($h->wait_for(sub { $h->service('sites')->{sessions_active} == 0 }, 20, 'them to end'), 'they vanish');
ok($h->wait_for(sub { $h->counter('buffer_bytes') == 0 }, 10, 'buffers'), '... and buffers are given back');
served('... and a whole request is served');
my $ends = reasons('sites');
is(($ends->{client_gone} // 0) + ($ends->{max_memory} // 0), 2900, 'each as gone, or as over the limit')
	or diag(explain($ends));
cmp_ok($ends->{max_memory} // 0, '>', 1500, '... most of them over the limit');

# A client that drips, with a clock of its own: bytes do not start greeting_timeout anew.
my $begin = time;
my $drip = client($slow);
until ($drip->ended(0.05) ne 'open' || time > $begin + 20) { $drip->send('x') }
isnt($drip->ended(0), 'open', 'a client that drips is ended');
my $took = time - $begin;
cmp_ok($took, '>=', 1.9, '... after greeting_timeout');
cmp_ok($took, '<', 10, '... not later');
my @silent = map { client($slow) } 1 .. length $small;
$silent[$_]->send(substr $small, 0, $_) for 1 .. $#silent;
is(join(' ', map { $_->ended(20) } @silent), join(' ', ('closed') x @silent), 'clients that stop anywhere');
ok($h->wait_for(sub { (reasons('slow')->{greeting_timeout} // 0) == 1 + @silent }, 10, 'them'),
	'the reason of all');

# 65,000 bytes, one by one: what it costs.
my $cpu = $h->cpu_seconds($pid);
my $byte = client($port);
$byte->send($_) for split //, $packet;
$byte->send('THE END');
is($byte->rest, "served\n", 'one byte at a time is served');
$byte->close;
$cpu = $h->cpu_seconds($pid) - $cpu;
cmp_ok($cpu, '<', Heddle::sanitized() ? 20 : 3, "... for $cpu seconds of the processor");

# Clients that vanish in each phase, in each way.
for my $phase (0, 1, 3, 4, 5, length($small) - 1, length $small) {
	for my $way (qw(close shut reset)) {
		my $client = client($quiet);
		$client->send(substr $small, 0, $phase);
		$h->wait_for(sub { $h->backend('quiet', $silent->address)->{sessions_active} }, 10,
			'the node to have it') if $phase == length $small;
		$client->$way;
		ok($h->wait_for(sub { !$h->service('quiet')->{sessions_active} }, 10, 'the end'),
			"$phase bytes, and $way: it ends") if $phase != length $small || $way ne 'shut';
		$client->close;
	}
}
ok($h->wait_for(sub { !$h->service('quiet')->{sessions_active} }, 10, 'the end'), 'all of them end');
my %after = %{ reasons('quiet') };
is_deeply([sort keys %after], [sort grep { exists $after{$_} } qw(client_gone client_reset done)],
	'by their own doing: ' . join ' ', %after);
served('the last one is served');
$h->finish;
done_testing();
