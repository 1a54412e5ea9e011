# SPDX-License-Identifier: BSD-2-Clause
# The greeting of the recipe, through whole programs: in pieces, too long, wrong, too late.
use FindBin;
use lib "$FindBin::Bin/../../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my %port = map { $_ => free_port } qw(line short);
	my $h = heddle(<<"YAML", workers => 1);
services:
  line: {listen: "127.0.0.1:$port{line}", protocol: line, backends: ["${\$one->address}"]}
  short:
    listen: 127.0.0.1:$port{short}
    protocol: line
    greeting_timeout: 200ms
    backends: ["${\$one->address}"]
YAML
	my $text = "KEY\nmore\n";
	for my $first (0 .. length $text) {
		my $c = client($port{line});
		$c->send(substr $text, 0, $first) if $first;
		$h->wait_for(sub { $h->service('line')->{sessions_active} }, 5, 'accepted');
		$c->send(substr $text, $first) if $first < length $text;
		is($c->line(5), 'one KEY', "split behind $first bytes");
		is($c->line(5), 'one more', '... and what follows');
		$c->shut;
		is($c->ended(5), 'closed', '... and the end');
	}
	my @line = $h->access(1 + length $text);
	is_deeply([map { "@$_{qw(key reason phase)}" } @line], [('KEY done relaying') x @line],
		'the key is in the access log');

	my $c = client($port{line});
	$c->send('x' x 70000);
	like($c->ended(5), qr/^(?:closed|reset)$/, 'longer than 64 kB: closed');
	$c = client($port{line});
	$c->send("\n");
	is($c->ended(5), 'closed', 'wrong: closed');
	$c = client($port{short});
	$c->send('KE');
	is($c->ended(5), 'closed', 'not in time: closed');
	$c = client($port{line});
	$c->send('KE');
	$h->wait_for(sub { $h->counter('buffer_bytes') }, 5, 'the piece is kept');
	$c->shut;
	is($c->ended(5), 'closed', 'gone before it was complete: closed');
	# the client sees the end before the session is freed
	ok($h->wait_for(sub { $h->counter('buffer_bytes') == 0 }, 5, 'nothing to be kept'),
		'nothing is kept any more');
	my %end = map { $_ => 1 } map { "@$_{qw(ended_by reason phase)} " . ($_->{error} // '-') }
		($h->access(@line + 4))[-4 .. -1];
	is_deeply([sort keys %end], [
		'client client_gone greeting -',
		'heddle bad_greeting greeting it is longer than the protocol allows',
		'heddle bad_greeting greeting the line is empty',
		'heddle greeting_timeout greeting -'], 'the reasons in the log');
	$h->finish;
});
