#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Packets of uwsgi of which only the beginning comes, in great number: 100,000, of which 4,000 are
# open at a time, and 4,000 that need more than there is memory for. What a worker needs for them
# stays within buffer_memory, whole requests are served meanwhile, and all of it is given back.
# HEDDLE_HALF=1000000: so many of them.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);
use Heddle::Tools qw(bench_tools);

time_limit(300);
need_descriptors(10_000);
my $tools = bench_tools();
ok($tools, 'the tools compile');
my $dir = File::Temp->newdir;
my $packet = uwsgi_packet(HTTP_HOST => 'k');
my $node = backend('script', on => qr/THE END/, text => "served\n");
my $port = free_port;
my $h = heddle(<<"YAML", workers => 1);
access_log: off
log: {to: ./error.log, level: warn}
buffer_memory: 16m
services:
  sites: {protocol: uwsgi, listen: "127.0.0.1:$port", greeting_timeout: 60s, backends: ["${\$node->address}"]}
YAML
my ($pid) = $h->worker_pids;
my $base = $h->rss($pid);

sub served {
	my $client = client($port) or return "connect: $!";
	$client->send($packet . 'THE END');
	return $client->rest(30);
}

for my $case ([$ENV{HEDDLE_HALF} // 100_000, 2000], [8000, 16_000]) {
	my ($count, $bytes) = @$case;
	unlink "$dir/out";
	my $half = launch({ out => "$dir/out", err => "$dir/err" }, "$tools/half", $port, $count, 4000,
		$bytes);
	my ($most, $served, $asked, $status) = (0, 0, 0);
	until (defined($status = reap($half, 0.2))) {
		$asked++;
		$served += served() eq "served\n";
		my $rss = $h->rss($pid);
		$most = $rss if $rss > $most;
	}
	is($status, 0, "$count beginnings of $bytes bytes") or diag(Heddle::read_file("$dir/err"));
	is(Heddle::read_file("$dir/out"), "opened $count refused 0\n", '... were taken');
	is($served, $asked, "... while $asked whole requests were served");
	cmp_ok($most - $base, '<', 40 << 20, '... and memory stayed within bounds') if !Heddle::sanitized();
	ok($h->wait_for(sub { $h->service('sites')->{sessions_active} == 0
		&& $h->counter('buffer_bytes') == 0 }, 60, 'the end'), '... all of it is given back');
	is(served(), "served\n", '... and a whole request is served');
}
is(join(' ', $h->worker_pids), $pid, 'by the same worker');
$h->finish;
done_testing();
