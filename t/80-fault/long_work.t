#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A question about 10,000 backends and a change of 500 services keep the control process busy for as
# long as they take, on a slow machine for seconds: the watchdog sees that it works, and no check
# fails for want of a look at its answer.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::SharedMemory;

my $one = backend('named', name => 'one');
my ($port, %services) = (free_port);
my $yaml = "services:\n  web: {listen: \"127.0.0.1:$port\", check: {interval: 50ms, timeout: 100ms, fall: 1}, "
	. "backends: {one: \"${\$one->address}\"}}\n";
my $h = heddle($yaml, workers => 1);
my $api = Heddle::Api->new($h->control);
my $control = $h->control_pid;
my $memory = $^O eq 'linux' && Heddle::SharedMemory->of(($h->worker_pids)[0])
	or plan skip_all => 'the shared memory of another process cannot be read';
my $slot = $memory->find(4096, sub { unpack("L", $_[0]) == $control }, 1 << 21);
sub beats { return unpack 'Q<', $memory->get($slot + 24, 8) }
my %backends = map { ("b$_" => "10.0.0.1:$_") } 1 .. 20;
my %all = map { ("s$_" => { listen => "unix:" . $h->dir . "/$_.sock", backends => \%backends }) } 1 .. 500;
is($api->patch('config', { services => \%all }), 200, '500 services with 10,000 backends');
my ($before, $from) = (beats(), time);
is($api->get('stats'), 200, 'statistics');
# A process without work sends one a second.
cmp_ok(beats() - $before - (time - $from + 1), '>=', 20, '  heartbeats are sent while they are written');
is($api->patch('config', { services => { map { $_ => undef } keys %all } }), 200, '500 services less');
is($h->control_pid, $control, 'the control process is the same');
unlike($h->log, qr/web\/one: down/, 'the check has not failed');
$h->finish;
done_testing();
