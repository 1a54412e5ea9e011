# SPDX-License-Identifier: BSD-2-Clause
# Bodies of requests are collected before a node is chosen: in memory, in a file, slowly, too
# short, too long, and with nodes that cannot be connected to.
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp;
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet uwsgi_ask uwsgi_counted);

my $pattern = Heddle::Client::pattern(0, 900_000);

# The packet as the node gets it, with the modifiers of a node.
sub packet { my ($length, @more) = @_;
	return uwsgi_packet(REQUEST_METHOD => 'POST', HTTP_HOST => 'a',
		defined $length ? (CONTENT_LENGTH => $length) : (), @more) }

on_each_event(sub {
	my $dir = File::Temp->newdir('heddle-body-XXXXXX', TMPDIR => 1);
	chmod 0777, $dir;
	my $node = backend('count', address => "$dir/node.sock");
	my $refusing = backend('refusing');
	my ($port, $retry) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 1);
services:
  sites:
    protocol: uwsgi
    listen: 127.0.0.1:$port
    idle_timeout: 3s
    post_buffering: {memory: 8k, dir: $dir}
    backends: {node: {address: "$dir/node.sock"}}
  retry:
    protocol: uwsgi
    listen: 127.0.0.1:$retry
    connect_total_timeout: 1s
    post_buffering: {memory: 8k, dir: $dir}
    backends: ["${\$refusing->address}", "$dir/node.sock"]
YAML
	my $line = 0;
	my $ends = sub { my ($l) = ($h->access(++$line))[-1];
		return "@$l{qw(ended_by reason phase)} " . ($l->{error} // '-') };

	for my $size (1, 100, 8192, 8193, 70_000, 400_000) {
		my $request = packet($size) . substr $pattern, 0, $size;
		is(uwsgi_ask($port, $request), uwsgi_counted($request), "$size bytes");
		is($ends->(), 'client done relaying -', '... and the end');
	}
	for my $none (undef, '', '0') {
		my $request = packet($none) . 'streamed';
		is(uwsgi_ask($port, $request), uwsgi_counted($request),
			'no buffering: CONTENT_LENGTH ' . ($none // 'absent'));
		$ends->();
	}

	# Slower than idle_timeout, but never silent for so long; nothing reaches the node before.
	for my $size (8000, 300_000) {
		my $c = client($port);
		my $request = packet($size) . substr $pattern, 0, $size;
		my $piece = int(length($request) / 6) + 1;
		for my $i (0 .. 5) {
			is($h->backend('sites', 'node')->{sessions_active}, 0, 'no node yet') if $i == 5;
			$c->send(substr $request, $i * $piece, $piece);
			select undef, undef, undef, 0.9 if $i < 4;
		}
		$c->shut;
		is($c->line(20), uwsgi_counted($request), "a slow upload of $size bytes");
		is($ends->(), 'client done relaying -', '... and the end');
	}

	# More than CONTENT_LENGTH says: it follows.
	for my $size (1000, 300_000) {
		my $request = packet($size) . $pattern;
		is(uwsgi_ask($port, $request), uwsgi_counted($request), "more than $size bytes");
		$ends->();
	}

	# The whole body goes to the node that could be connected to, however long the upload took.
	for my $size (5000, 300_000) {
		my $request = packet($size) . substr $pattern, 0, $size;
		my $c = client($retry);
		$c->send(substr $request, 0, 3000);
		select undef, undef, undef, 1.2;
		$c->send(substr $request, 3000);
		$c->shut;
		is($c->line(20), uwsgi_counted($request), "$size bytes for the second node");
		like($ends->(), qr/^client done relaying/, '... and the end');
	}

	# Malformed and unfinished.
	is(uwsgi_ask($port, packet('12abc') . 'x' x 12), 'nothing', 'CONTENT_LENGTH 12abc');
	is($ends->(), 'heddle bad_greeting greeting CONTENT_LENGTH is not a number', '... is told');
	for my $size (5000, 300_000) {
		is(uwsgi_ask($port, packet($size) . substr $pattern, 0, $size - 1), 'nothing',
			"one byte less than $size");
		is($ends->(), 'client client_gone buffering -', '... is told');
		my $c = client($port);
		$c->send(packet($size) . substr $pattern, 0, $size - 1);
		is($c->ended(10), 'closed', "... and silence there");
		is($ends->(), 'heddle idle_timeout buffering -', '... too');
	}
	ok($h->wait_for(sub { !grep { $h->counter($_) }
		qw(body_file_bytes body_memory_bytes buffer_bytes) }, 10, 'nothing to be left'),
		'nothing is left');
	opendir my $d, $dir or die;
	is_deeply([grep { !/^\./ && $_ ne 'node.sock' } readdir $d], [], '... in the folder either');
	$h->finish;
});
