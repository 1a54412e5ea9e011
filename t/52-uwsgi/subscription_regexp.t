# SPDX-License-Identifier: BSD-2-Clause
# Keys ~EXPRESSION: they stand for the keys that they match, where the server allows it.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement withdrawal);
use Time::HiRes qw(sleep time);

my %nodes = map { ($_ => backend('script', on => qr/HTTP_HOST/, text => "$_\n")) } qw(one two three);
sub said { my ($key, $who) = @_; return announcement($key, $nodes{$who}->address) }
sub gone { my ($key, $who) = @_; return withdrawal($key, $nodes{$who}->address) }

on_each_event(sub {
	my $s = subscribed(workers => 2, server => "regexp: off\ntolerance: 90s");
	my $is = sub { my ($key, $who, $what) = @_; ok(until_true(sub { $s->ask($key) eq $who }, 5), $what) || diag($s->ask($key)) };
	my $count = sub { my ($word, $n) = @_; ok(until_true(sub { $s->datagrams($word) == $n }), "$word: $n") || diag(explain($s->count)) };
	my $toggle = sub { my ($to) = @_; return $s->heddle->reload($s->yaml =~ s/regexp: \w+/regexp: $to/r) };

	$s->send(said('~^[a-z]+\.test$', 'one'), said('~(', 'two'));
	$count->('new', 2);
	is($s->ask('abc.test'), '', 'off: an expression is a key like others');
	is($s->ask('~('), 'two', '... whatever it is');
	$toggle->('on');
	$is->('abc.test', 'one', 'on: those that are there count, too');
	$is->('abc1.test', '', '... and match what they match');
	$s->send(gone('~(', 'two'));
	$count->('unsubscribe', 1);
	is($s->count->{nodes}, 1, 'one that is none can go');
	my $malformed = $s->datagrams('malformed');
	$s->send(map { said($_, 'two') } '~(', '~[', '~*', '~', '~a{100000}');
	ok(until_true(sub { $s->datagrams('malformed') >= $malformed + 4 }), 'bad expressions are malformed') || diag(explain($s->count));
	ok($s->heddle->wait_log(qr/subscriptions apps: ~\(: \S+/), '... and told in the log');
	$s->send(gone('~', 'two'), gone('~a{100000}', 'two'));
	ok($s->wait_nodes(1), 'they are not there');

	# Before expressions: the key itself, and patterns. The longest expression is first.
	$s->send(said('x.test', 'two'));
	$is->('x.test', 'two', 'the key itself comes first');
	$s->send(said('~^b[a-z]+\.test$|never-this-long', 'three'));
	$is->('bcd.test', 'three', 'of two the longer one');
	$is->('abc.test', 'one', '... where it matches');
	$s->send(gone('~^b[a-z]+\.test$|never-this-long', 'three'));
	$is->('bcd.test', 'one', 'it goes: the other one');
	$s->send(said('*.test', 'three'));
	$is->('abc.test', 'three', 'a pattern comes before them');
	$s->send(gone('*.test', 'three'));
	$is->('abc.test', 'one', '... while it is there');

	# Two nodes; the last one takes the expression along.
	$s->send(said('~^[a-z]+\.test$', 'two'));
	ok(until_true(sub { keys %{ $s->shares(4, 'abc.test') } == 2 }), 'two nodes share');
	$s->send(gone('~^[a-z]+\.test$', 'one'));
	ok(until_true(sub { $s->ask('abc.test') eq 'two' && $s->ask('abc.test') eq 'two' }), 'one goes: the other one');
	$s->send(gone('~^[a-z]+\.test$', 'two'));
	$is->('abc.test', '', 'the last one goes: nobody');
	$s->send(said('~^[a-z]+\.test$', 'one'));
	$is->('abc.test', 'one', 'and it comes again');

	# Off and on again.
	$toggle->('off');
	$is->('abc.test', '', 'off again');
	$is->('x.test', 'two', '... for expressions alone');
	$toggle->('on');
	$is->('abc.test', 'one', 'on again');

	# The resolver dies.
	my ($resolver) = $s->heddle->processes('resolver');
	kill 'KILL', $resolver->{pid};
	ok(until_true(sub { my ($now) = $s->heddle->processes('resolver'); $now && $now->{pid} != $resolver->{pid} }), 'the resolver dies');
	$is->('abc.test', 'one', '... the expression stays');
	$s->send(said('~^[0-9]+$', 'three'));
	$is->('123', 'three', '... and there can be more of them');
	$s->send(gone('~^[a-z]+\.test$', 'one'));
	$is->('abc.test', '', '... and less');

	# One that takes for ever.
	$s->send(said('~^(a+)+$', 'one'), said('~^(a|aa)+$', 'one'), said('~(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[0-9]$', 'one'));
	$is->('aaa', 'one', 'expressions that take long for some keys');
	my $begun = time;
	is($s->ask('a' x 250 . '!'), '', 'such a key is not found') for 1 .. 20;
	cmp_ok(time - $begun, '<', in_time(3), '... within a bounded time');
	is($s->ask('x.test'), 'two', 'others are');
	$s->heddle->finish(alerts => 1);

	# A thousand.
	$s = subscribed(server => "regexp: on\ntolerance: 90s");
	$s->send(map { said("~^k$_\$", 'one') } $_ * 100 .. $_ * 100 + 99), $s->wait_nodes($_ * 100 + 100) for 0 .. 9;
	$is->('k999', 'one', 'a thousand expressions');
	# Processor time is what they are allowed: who stands still in the midst of them goes on, and finds it.
	my @workers = $s->heddle->worker_pids;
	my $stops = spawn(sub { while (1) { kill 'STOP', @workers; sleep 0.015; kill 'CONT', @workers; sleep 0.001 } });
	is(scalar(grep { $s->ask('k500') ne 'one' } 1 .. 40), 0, '... are searched by a worker that stands still now and then');
	end_child($stops, 'KILL');
	kill 'CONT', @workers;
	$s->send(said('~^more$', 'one'), said('~^more$', 'two'), said('~^k1$', 'two'));
	$count->('over_limit', 2);
	$count->('new', 1001);
	is($s->ask('more'), '', '... and not one more');
	$s->send(gone('~^more$', 'one'));
	$count->('unsubscribe', 1);
	$s->send(gone('~^k5$', 'one'));
	ok($s->wait_nodes(1000), 'one goes');
	$s->send(said('~^more$', 'one'));
	$is->('more', 'one', '... and another one comes');
	$s->heddle->finish;
});
