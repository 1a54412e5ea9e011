# SPDX-License-Identifier: BSD-2-Clause
# The resolver process is killed: the counters of fan-outs and targets go on where they were, what
# the kernel dropped meanwhile is counted, and those of a target that is removed begin anew.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sinks sender);

my ($port, $second, $dead) = (free_port, free_port, free_port);
my @sinks = sinks(2);
my ($one, $two) = map { $_->address } @sinks;
my $yaml = sub {
	my ($options, @targets) = @_;
	my $targets = join ', ', map { "\"$_\"" } @targets;
	return "fanouts:\n"
		. "  f: {protocol: raw, listen: \"127.0.0.1:$port\", targets: [$targets]$options}\n"
		. "  g: {protocol: raw, listen: \"127.0.0.1:$second\", targets: [\"$one\"]}\n";
};
my $h = heddle($yaml->(', sample: 2', $one, $two, "127.0.0.1:$dead"));
my $fanout = sub { return ($h->stats // {})->{fanouts}{ $_[0] // 'f' } // {} };
my $received = sub {
	my ($count) = @_;
	return $h->wait_for(sub { ($fanout->()->{received} // 0) >= $count }, 10, "received $count");
};
# Kills the resolver process; what happens until there is another one.
my $killed = sub {
	my ($meanwhile) = @_;
	my ($before) = $h->processes('resolver');
	kill 'KILL', $before->{pid};
	$meanwhile->() if $meanwhile;
	return $h->wait_for(sub {
		my ($now) = $h->processes('resolver');
		$now && $now->{pid} != $before->{pid} && $now->{status} eq 'serving';
	}, 10, 'another resolver process');
};
my $sum = sub { my ($t) = @_; my $all = $t->{sent}; $all += $_ for values %{ $t->{dropped} }; $all };

my $sender = sender($port);
for my $n (1 .. 10) {
	$sender->numbered(100);
	$sinks[0]->wait_count(50 * $n);
}
sender($second)->numbered(10);
ok($received->(1000), 'datagrams are received');
ok($h->wait_for(sub { ($fanout->('g')->{received} // 0) == 10 }, 10, 'g'), '... by both');
my $before = $fanout->();
is($before->{dropped}{sampled}, 500, 'some are dropped');
cmp_ok($before->{targets}{"127.0.0.1:$dead"}{dropped}{refused}, '>', 0, '... or refused');
ok($killed->(), 'the resolver process is killed');
$sender->numbered(100);
ok($received->(1100), 'its successor goes on counting') or diag($fanout->()->{received} // 'nothing');
my $after = $fanout->();
is($after->{received}, 1100, '... from the number that was');
is($after->{dropped}{sampled}, 550, '... what is dropped too');
is($after->{targets}{$_}{sent}, 550, "... and what is sent to $_") for $one, $two;
is($sum->($after->{targets}{"127.0.0.1:$dead"}), 550, '... and what is refused');
cmp_ok($after->{targets}{"127.0.0.1:$dead"}{dropped}{refused}, '>=',
	$before->{targets}{"127.0.0.1:$dead"}{dropped}{refused}, '... which never gets less');
is($fanout->('g')->{received}, 10, 'another fan-out has its own');
unlike($h->log, qr/datagrams are dropped/, 'nobody says that drops begin');

SKIP: {
	skip('the kernel does not say what it drops', 2) if $^O ne 'linux';
	# more than its queue takes; the master stands still, so that no successor reads it meanwhile
	my $more = sender($port);
	kill 'STOP', $h->pid;
	ok($killed->(sub { $more->numbered(20_000, 1000); kill 'CONT', $h->pid }),
		'killed while there is too much');
	my $all = sub { my $f = $fanout->(); return ($f->{received} // 0) + ($f->{kernel_dropped} // 0) };
	ok($h->wait_for(sub { $all->() == 21_100 }, 10, 'all'), 'what the kernel dropped is counted')
		or diag($all->());
	cmp_ok($fanout->()->{kernel_dropped}, '>', 0, '... and there was some');
}

is(($h->reload($yaml->('', $one)))[0], 0, 'a target is removed');
is(($h->reload($yaml->('', $one, $two)))[0], 0, '... and made anew');
ok($h->wait_for(sub { ($fanout->()->{targets}{$two}{sent} // 1) == 0 }, 5, 'there'),
	'... with counters that begin anew');
my $sent = $fanout->()->{targets}{$one}{sent};
ok($killed->(sub { is(($h->reload($yaml->('', $two)))[0], 0, 'a target is removed') }),
	'while there is no resolver process');
is(($h->reload($yaml->('', $one, $two)))[0], 0, '... and made anew');
ok($h->wait_for(sub { ($fanout->()->{targets}{$one}{sent} // $sent) < $sent }, 5, 'there'),
	'... with counters that begin anew');
$h->finish(alerts => 3);	# each killed process is one
done_testing();
