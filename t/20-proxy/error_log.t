# SPDX-License-Identifier: BSD-2-Clause
# The error log as text, as JSON and on standard error; levels.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $bad = backend('refusing');
	my $port = free_port;
	my $yaml = <<"YAML";
services:
  web:
    listen: 127.0.0.1:$port
    passive: {failures: 1, retry: 60s}
    backends: [{name: bad, address: "${\$bad->address}"}]
YAML
	my $h = heddle($yaml, workers => 1);
	client($port)->ended;
	my $text = $h->wait_log(qr/.*Failed to connect to backend.*/);
	like($text, qr{^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)
		\ warn\ worker/\d+\[\d+\]
		\ web/bad:\ Failed\ to\ connect\ to\ backend\ \Q${\$bad->address}\E}x, 'text');
	$h->finish;

	$h = heddle("log: {to: ./error.log, format: json}\n$yaml", workers => 1);
	client($port)->ended;
	my $json = $h->wait_log(qr/.*Failed to connect to backend.*/);
	my $record = JSON::PP::decode_json($json);
	is_deeply([$json =~ /"(\w+)":/g],
		[qw(time level process slot pid service backend event message)], 'JSON: the keys');
	is_deeply([@$record{qw(level service backend event)}], [qw(warn web bad backend_down)],
		'values');
	ok($h->wait_log(qr/"level":"error".*"backend":null,"event":"service_down"/),
		'its last backend');
	my $other = free_port;
	my $moved = $yaml =~ s/listen: \S+/listen: 127.0.0.1:$other/r;
	is(($h->reload("log: {to: ./error.log, format: json}\n$moved"))[0],
		0, 'another address');
	my $added = qr/"event":"address_added","message":"127.0.0.1:$other: listening"/;
	ok($h->wait_log($added), '... is told');
	$h->quit;
	is($h->ended, 0, 'QUIT');
	ok($h->wait_log(qr/"event":"$_"/), "... $_") for qw(drain_started drain_done);
	$h->finish(stopped => 1);

	$h = heddle("log: {to: stderr, level: error}\n$yaml", workers => 1);
	client($port)->ended;
	ok($h->wait_for(sub { $h->output =~ /web: down: no backend/ }, 5, 'the line'), 'an error');
	unlike($h->output, qr/(?: warn | notice | info )/, '... and nothing below the level');
	$h->finish;
	$h = heddle("log: {to: stderr}\n$yaml", workers => 1);
	client($port)->ended;
	ok($h->wait_for(sub { $h->output =~ /web\/bad: Failed/ }, 5, 'the line'), 'standard error');
	$h->finish;
});
