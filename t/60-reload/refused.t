# SPDX-License-Identifier: BSD-2-Clause
# What is wrong is refused as a whole, told by line, and all goes on as it was.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $new, $taken) = (free_port, free_port, free_port);
	my $other = backend('echo', address => "127.0.0.1:$taken");
	my $good = "services:\n  web:\n    listen: 127.0.0.1:$port\n"
		. "    backends: [${\addresses($one)}]\n";
	my $h = heddle($good);
	my ($held) = one_each($port, 1);
	my $try = sub {
		my ($what, $yaml, $line, $text) = @_;
		my ($code, $out) = $h->reload($yaml);
		is($code, 1, "$what: refused");
		like($out, qr/heddle\.yaml:$line:\d+: error: $text/, '... by line');
		is($held->ask('x'), 'one x', '... who is there is served');
		is(who($port), 'one', '... who comes, too');
		is($h->stats->{generation}, 1, '... and the generation is the same');
	};
	$try->('unknown key', $good =~ s/listen/balence: first\n    listen/r, 3,
		qr/services\.web\.balence: unknown key; did you mean "balance"\?/);
	$try->('no YAML', "services: [\n", '\d+', qr/./);
	my $more = "[\"127.0.0.1:$new\", \"127.0.0.1:$port\", \"127.0.0.1:$taken\"]";
	$try->('port taken', $good =~ s/127\S+:$port/$more/r, 3,
		qr/.*bind 127\.0\.0\.1:$taken: address (?:already )?in use/i);
	ok(!client($new), '... and none of the others is open');
	my $poll = ($h->{event} eq 'poll' ? 'epoll' : 'poll');
	$try->('needs a restart', "event: $poll\n$good", 1,
		qr/event: \w+ -> $poll needs a restart; reload refused, the running configur/);
	$try->('too many workers', $good . "workers: 1000\n", 5, qr/workers: 1000: more than the \d+/);
	$try->('no log there', $good . "access_log: /proc/heddle\n", 5,
		qr{access_log\.to: open /proc/heddle: });
	my ($code, $out) = $h->reload($good =~ s/listen/balence: first\n    lisen/r);
	is(() = $out =~ /: error: /g, 3, 'all errors are told, not the first');
	my $told = qr/error master\S* .*web\.balence: unknown key/;
	my $before = () = $h->log =~ /$told/g;
	$h->signal('HUP');
	is($h->log_count($told, $before + 1), $before + 1, 'by SIGHUP: told in the log');
	is(($h->reload($good))[0], 0, 'a good file is taken again');
	$_->close for $held;
	$h->finish;
});
