#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A question about 10,000 backends is answered in slices, so that others are answered meanwhile. A
# change of 500 services keeps the control process busy for as long as it takes, on a slow machine
# for seconds: no check fails for want of a look at its answer.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my $one = backend('named', name => 'one');
my ($port, %services) = (free_port);
my $yaml = "services:\n  web: {listen: \"127.0.0.1:$port\", check: {interval: 50ms, timeout: 100ms, fall: 1}, "
	. "backends: {one: \"${\$one->address}\"}}\n";
my $h = heddle("change_timeout: 20s\n$yaml", workers => 1);
my $api = Heddle::Api->new($h->control);
my $control = $h->control_pid;
my %backends = map { ("b$_" => "10.0.0.1:$_") } 1 .. 20;
my %all = map { ("s$_" => { listen => "unix:" . $h->dir . "/$_.sock", backends => \%backends }) } 1 .. 500;
is($api->patch('config', { services => \%all }), 200, '500 services with 10,000 backends');
my $answered = 0;
for (my $turn = 1; $turn <= 5 && $answered < 5; $turn++) {	# this test may stand still meanwhile
	my $asker = client($h->control);
	$asker->send("GET /_v1/stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	$answered = 0;
	$answered++ while !$asker->ready(0, 0) && ($h->get('/_health/live'))[0] == 200;
	is($api->answer($asker), 200, 'statistics');
}
cmp_ok($answered, '>=', 5, '  others are answered while they are written');
is($api->patch('config', { services => { map { $_ => undef } keys %all } }), 200, '500 services less');
is($h->control_pid, $control, 'the control process is the same');
unlike($h->log, qr/web\/one: down/, 'the check has not failed');
$h->finish;
done_testing();
