# SPDX-License-Identifier: BSD-2-Clause
# Nodes that are announced by the name of a host: it is resolved, each of its addresses is a node,
# and what the DNS says later is followed.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Dns qw(dns);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal packet);

my $port = free_port();
my %nodes = map { ($_ => backend('script', on => qr/HTTP_HOST/, text => "$_\n", address => "127.0.0.$_:$port")) } 2 .. 4;

on_each_event(sub {
	my $dns = dns('app.test' => ['1 A 127.0.0.2'], 'two.test' => ['60 A 127.0.0.2', '60 A 127.0.0.3'],
		'alias.test' => ['60 CNAME app.test']);
	my $s = subscribed(workers => 2, server => 'tolerance: 6s', top => "resolver: {servers: [\"${\$dns->address}\"]}");
	my $answers = sub {
		my ($key, $who) = @_;
		return ok(until_true(sub { $s->ask($key) eq $who }, 10), "$key: it is $who");
	};
	my $only = sub { return join ' ', sort keys %{ $s->shares(12, @_) } };

	$s->send(announcement('a.test', "app.test:$port"));
	$answers->('a.test', '2');
	ok(until_true(sub { $s->datagrams('no_host') == 1 }), 'the first announcement came before the answer');
	$s->send(announcement('a.test', "app.test:$port"));
	ok(until_true(sub { $s->datagrams('refresh') == 1 }), '... the second one is a refresh');
	is($s->count->{nodes}, 1, 'one node');
	$s->send(announcement('b.test', "two.test:$port"));
	ok($s->wait_nodes(3), 'a name with two addresses: two nodes');
	is($only->('b.test'), '2 3', '... which share');
	$s->send(announcement('c.test', "ALIAS.test:$port"));
	$answers->('c.test', '2');
	$s->send(announcement('d.test', "localhost:$port"), announcement('e.test', "127.0.0.4:$port"));
	$answers->('e.test', '4');

	# Followed, for all keys, without another announcement.
	$dns->zone('app.test' => ['1 A 127.0.0.3'], 'two.test' => ['60 A 127.0.0.2', '60 A 127.0.0.3']);
	my $again = sub { $s->send(announcement('a.test', "app.test:$port"), announcement('e.test', "127.0.0.4:$port")) };
	ok(until_true(sub { $again->(); ($s->shares(4, 'a.test'))->{3} }, 10), 'the name has another address: it is used');
	ok(until_true(sub { $again->(); $only->('a.test') eq '3' }, 30), '... and the old one is dropped');
	$dns->mode('servfail');
	$again->();
	$answers->('a.test', '3');
	is($only->('a.test'), '3', 'no answer any more: what was known is used');
	$dns->mode('truth');

	# Withdrawn by its name: it does not come back with the next address.
	$s->send(withdrawal('a.test', "app.test:$port"));
	ok(until_true(sub { $s->ask('a.test') eq '' }), 'it is withdrawn');
	$dns->zone('app.test' => ['1 A 127.0.0.4']);
	my $asked = $dns->questions('app.test');
	ok($dns->wait_questions($asked + 2, 'app.test'), 'the name is asked about again');
	ok(until_true(sub { $s->heddle->log =~ /app\.test.*127\.0\.0\.4/ }, 10), '... and has another address');
	is($s->ask('a.test'), '', '... where no node comes back');

	# There is no such name; then there is.
	my $before = $s->datagrams('no_host');
	$s->send(announcement('n.test', "new.test:$port"));
	ok($dns->wait_questions(1, 'new.test'), 'a name that is not there');
	ok(until_true(sub { $s->datagrams('no_host') == $before + 1 }), '... is counted') or diag(explain($s->count));
	is($s->ask('n.test'), '', '... and has no node');
	$dns->zone('new.test' => ['60 A 127.0.0.2'], 'app.test' => ['1 A 127.0.0.4']);
	ok(until_true(sub { $s->send(announcement('n.test', "new.test:$port")); $s->ask('n.test') eq '2' }, 30), '... and then is');

	# The resolver dies: nodes stay, and names are asked about anew.
	$s->send(announcement('a.test', "app.test:$port"));
	$answers->('a.test', '4');
	my ($resolver) = $s->heddle->processes('resolver');
	$asked = $dns->questions('app.test');
	kill 'KILL', $resolver->{pid};
	ok(until_true(sub { $s->send(announcement('a.test', "app.test:$port"), announcement('n.test', "new.test:$port")); $dns->questions('app.test') > $asked }), 'the resolver dies: names are asked about again');
	is($s->ask('a.test'), '4', 'the node is there all the time');
	$dns->zone('app.test' => ['1 A 127.0.0.2']);
	ok(until_true(sub { $s->send(announcement('a.test', "app.test:$port")); ($s->shares(4, 'a.test'))->{2} }, 10), '... and the name is followed');

	# Texts that are no addresses and no names.
	my $bad = $s->datagrams('malformed');
	my @texts = ("a b:$port", "app.test:0", "app.test:65536", "app.test:", "-:$port", "..:$port", ('x' x 64) . ":$port",
		"app.test:$port,1", "\xff.test:$port", "app.test:$port:$port");
	for my $text (@texts) {
		$s->send(announcement('bad.test', $text));
	}
	ok(until_true(sub { $s->datagrams('malformed') + $s->datagrams('no_host') >= $bad + $before + @texts }), 'texts that are no names')
		or diag(explain($s->count));
	is($s->ask('bad.test'), '', '... are no nodes');
	is($dns->questions('bad.test'), 0, '... and nobody is asked');

	# Announcements are kept for names, but not all that anybody sends.
	($resolver) = $s->heddle->processes('resolver');
	my $rss = $s->heddle->rss($resolver->{pid});
	my $counted = $s->datagrams('no_host');
	for my $name (1 .. 20) {
		$s->send(announcement("k$_.test", "flood$name.test:80", x => 'y' x 3900)) for 1 .. 800;
		$counted += 800;
		until_true(sub { $s->datagrams('no_host') + $s->count->{kernel_dropped} >= $counted }, 5);
	}
	my $more = $s->heddle->rss($resolver->{pid}) - $rss;
	cmp_ok($more, '<', Heddle::sanitized() ? 300e6 : 30e6, 'announcements of names that are not there: memory is bounded');
	ok(until_true(sub { $s->send(announcement('a.test', "app.test:$port")); $s->ask('a.test') eq '2' }, 10), '... and others are served');
	$s->heddle->finish(alerts => 1);
});
