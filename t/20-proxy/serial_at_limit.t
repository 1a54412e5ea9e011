# SPDX-License-Identifier: BSD-2-Clause
# N clients, each of which connects again once it has closed, at a limit of N: nobody is refused,
# although the sessions before have ended only in the kernel yet. heddle waits 255 ms for them: a
# backend or a worker that does not get a processor for so long costs somebody his place, nothing
# else does.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

# [what is limited, N, who closes first]
my @rows = map { my $n = $_; map { ["service", $n, $_], ["backend", $n, $_] } qw(client backend) }
	1, 8;

time_limit(400);

# At most so many were refused, none of them at once.
sub hardly_any {
	my ($result, $most, $what) = @_;
	cmp_ok(Heddle::Load::failed($result), '<=', $most, $what) or diag(explain($result));
	cmp_ok($result->{failed_ms} // 1000, '>', 200, '... and not at once');
}

on_each_event(sub {
	my %by = (client => backend('named', name => 'one'),
		backend => backend('closing', name => 'one'));
	my (@port, $yaml);
	for my $i (0 .. $#rows) {
		my ($what, $n, $first) = @{ $rows[$i] };
		my $limit = "max_connections: $n";
		$port[$i] = free_port;
		$yaml .= "  s$i: {listen: \"127.0.0.1:$port[$i]\", "
			. ($what eq 'service' ? "$limit, " : '')
			. "backends: {one: {address: \"${\$by{$first}->address}\""
			. ($what eq 'backend' ? ", $limit" : '') . "}}}\n";
	}
	my $h = heddle("workers: 1\nservices:\n$yaml");
	for my $i (0 .. $#rows) {
		my ($what, $n, $first) = @{ $rows[$i] };
		my $load = load($port[$i], connections => $n, limit => 300,
			until_eof => $first eq 'backend', patience => 20);
		my $result = $load->stop(1);
		hardly_any($result, 3 * $n, "$n at a limit of $n of the $what, the $first closes first");
		cmp_ok($h->service("s$i")->{sessions_peak}, '<=', $n, "never more than $n")
			if $what eq 'service';
	}
	my $refused = sub { return $h->service('s0')->{ended}{max_connections} // 0 };
	$h->wait_for(sub { $h->settled eq '' }, 10, 'all to end');
	my $before = $refused->();
	my $held = client($port[0]);
	is($held->ask('x'), 'one x', 'one is there');
	is(client($port[0])->ended, 'closed', 'another one is turned away');
	my $early = client($port[0]);
	$early->send("hello\n");
	isnt($early->ended, 'open', 'also one that has said something');
	undef $held;
	ok($h->wait_for(sub { $before + 2 == grep { $_->{reason} eq 'max_connections'
		&& $_->{service} eq 's0' } $h->access(1) }, 10, 'the lines'), 'two lines in the access '
		. 'log say max_connections');
	is($refused->(), $before + 2, '... and so are they counted');
	$h->finish;

	# the place may be one in another worker
	my $shared = free_port;
	$h = heddle("services:\n  web: {listen: \"127.0.0.1:$shared\", max_connections: 8, "
		. "backends: [\"${\$by{client}->address}\"]}\n", workers => 4);
	hardly_any(load($shared, connections => 8, limit => 1000, patience => 20)->stop(1), 24,
		'four workers');
	$h->finish;
});
