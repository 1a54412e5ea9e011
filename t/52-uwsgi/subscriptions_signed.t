# SPDX-License-Identifier: BSD-2-Clause
# Real uWSGI instances sign their announcements: those with the right key have the requests, and
# what was captured of them is good for nothing, whoever was killed or started again meanwhile.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal subscriber signed make_key pairs);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);

my $missing = uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

my $dir = File::Temp->newdir('heddle-signed-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my %private = map { $_ => make_key($dir, $_) } qw(a.test b.test_8000 wrong);

# Waits until so many more were counted as that, or as one of those.
sub counted {
	my ($s, $results, $more, $code) = @_;
	my $count = sub { my $sum = 0; $sum += $s->datagrams($_) for split / /, $results; return $sum };
	my $before = $count->();
	$code->();
	return until_true(sub { $count->() >= $before + $more }, 10)
		|| diag("$results: $before before") && diag(explain($s->count)) && 0;
}

on_each_event(sub {
	# A fan-out delivers each twice, and keeps what it has seen: the captures.
	my ($twice, $captures) = (free_port, sink());
	my $s = subscribed(workers => 3, server => "sign: {keys: '$dir'}\ntolerance: 20s",
		listen => ['"127.0.0.1:' . (my $second = free_port) . '"']);
	my $h = $s->heddle;
	my $fanout = heddle("fanouts:\n  f: {listen: \"127.0.0.1:$twice\", protocol: raw, targets: [\"${\$s->server}\", "
		. "\"127.0.0.1:$second\", \"${\$captures->address}\"]}\n");

	my $one = uwsgi_instance('a.test', options => ['--subscribe-to', "127.0.0.1:$twice:a.test,0,SHA1:$private{'a.test'}"]);
	my $two = uwsgi_instance('b.test', options => ['--subscribe2',
		"server=${\$s->server},key=b.test:8000,sign=SHA1:$private{'b.test_8000'}"]);
	ok($s->wait_nodes(2), 'two instances with their keys') or diag($h->log);
	is($s->ask('a.test'), $one->address, '... have requests') for 1 .. 6;
	is($s->ask('b.test:8000'), $two->address, '... of their keys');
	ok(until_true(sub { $s->datagrams('refresh') > 3 && $s->datagrams('duplicate') > 3 }, 10), 'each comes twice and counts once')
		or diag(explain($s->count));
	is($s->datagrams($_), 0, "none is $_") for qw(bad_signature replayed denied over_limit unverified malformed);

	# Those that nobody admits.
	my @refused = (uwsgi_instance('a.test', announce => $s->server),
		uwsgi_instance('a.test', options => ['--subscribe-to', "${\$s->server}:a.test,0,SHA1:$private{wrong}"]),
		uwsgi_instance('c.test', options => ['--subscribe-to', "${\$s->server}:c.test,0,SHA1:$private{wrong}"]),
		uwsgi_instance('a.test', options => ['--subscribe-to', "${\$s->server}:a.test,0,SHA256:$private{'a.test'}"]));
	ok(until_true(sub { $s->datagrams('bad_signature') >= 8 }, 15), 'no signature, the wrong key, no key, the wrong digest');
	ok($h->wait_log(qr/ is refused: /), '... is told');
	is($s->count->{nodes}, 2, '... and adds none');
	undef @refused;

	# Captures: as they are, with the other command, and over a resolver that was killed.
	my $to = subscriber($s->server);
	cmp_ok($captures->wait_count(4, 20), '>', 3, 'announcements were captured');
	my @kept = $captures->got;
	my $old = $kept[0];
	ok(counted($s, 'replayed', 1, sub { $to->send($old) }), 'an old one is a replay');
	my $flip = sub { my ($bytes) = @_; substr $bytes, 3, 1, "\1"; return $bytes };
	ok(counted($s, 'replayed', @kept - 2, sub { $to->send($flip->($_)) for @kept }), 'with the other byte, too');
	is($s->ask('a.test'), $one->address, '... and the node is there');
	ok(counted($s, 'bad_signature', 1, sub { $to->send(withdrawal('a.test', $one->address)) }), 'who unsubscribes has to sign');
	is($s->count->{nodes}, 2, '... and is not heard otherwise');
	my $pid = ($h->processes('resolver'))[0]{pid};
	kill 'KILL', $pid;
	ok(until_true(sub { my ($now) = $h->processes('resolver'); $now && $now->{pid} != $pid }, 10), 'another resolver');
	ok(counted($s, 'refresh', 1, sub { }), '... takes announcements');
	ok(counted($s, 'replayed', 1, sub { $to->send($old) }), '... and knows what its predecessor knew');

	# The end of an instance, and its start within the same second.
	$captures->forget;
	$one->stop;
	ok($s->wait_nodes(1), 'it unsubscribes');
	my $end = $captures->wait_for(sub { my %said = pairs($_[0]); $said{command} });
	ok($end, '... with a signature');
	ok(counted($s, 'duplicate', 1, sub { $to->send($end) }), 'once more is ignored');
	ok(counted($s, 'replayed duplicate', scalar @kept, sub { $to->send($_) for @kept }), 'nothing brings it back');
	is($s->count->{nodes}, 1, '... at all');
	$one->start;
	ok($s->wait_nodes(2), 'started again it is back');
	is($s->ask('a.test'), $one->address, '... and has requests');
	ok(counted($s, 'duplicate', 1, sub { $to->send($end) }), 'the old end is worth nothing');
	is($s->count->{nodes}, 2, '... it stays');

	# Stamps.
	ok(counted($s, 'replayed', 2, sub { $to->send(signed($private{'a.test'}, 'a.test', '10.0.0.1:1', at => time + $_)) for 90000, -90000 }),
		'25 hours in the future, and in the past');
	ok(counted($s, 'new', 1, sub { $to->send(signed($private{'a.test'}, 'a.test', '10.0.0.1:1', at => time + 80000)) }), '... less is tolerated');
	ok(counted($s, 'unsubscribe', 1, sub { $to->send(signed($private{'a.test'}, 'a.test', '10.0.0.1:1', at => time + 80001, command => 1)) }),
		'... and it goes');
	ok(counted($s, 'malformed', 1, sub { $to->send(signed($private{'a.test'}, 'a.test', "10.0.0.1:1\0", at => time + 1)) }), 'a malformed address');

	# A reload that asks for nothing any more, and for something again.
	my ($code, $out) = $h->reload($s->yaml =~ s/^ +sign:.*\n//mr);
	is($code, 0, 'without sign') or diag($out);
	ok(counted($s, 'new', 1, sub { $to->send(announcement('d.test', '10.0.0.1:1')) }), '... everybody is admitted');
	($code, $out) = $h->reload($s->yaml =~ s/^( +sign:) .*\n/$1 {keys: '$dir'}\n    allow_unsigned: on\n/mr);
	is($code, 0, 'with sign again') or diag($out);
	ok(counted($s, 'refresh', 2, sub { }), '... signed ones are admitted');
	ok(counted($s, 'new', 1, sub { $to->send(announcement('e.test', '10.0.0.1:1')) }), 'allow_unsigned: others as well');
	ok(counted($s, 'bad_signature', 2, sub { $to->send($_) for withdrawal('a.test', $one->address),
		announcement('a.test', $one->address, weight => 9) }), '... but for a node that was signed');
	is($s->ask('a.test'), $one->address, '... which has requests still') for 1 .. 2;
	$_->finish(alerts => 1) for $h, $fanout;
});
