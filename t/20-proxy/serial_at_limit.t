# SPDX-License-Identifier: BSD-2-Clause
# N clients, each of which connects again once it has closed, at a limit of N: nobody is refused,
# although the sessions before have ended only in the kernel yet.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

# [what is limited, N, who closes first]
my @rows = map { my $n = $_; map { ["service", $n, $_], ["backend", $n, $_] } qw(client backend) }
	1, 8;

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
		is(Heddle::Load::failed($result), 0, "$n at a limit of $n of the $what, "
			. "the $first closes first") or diag(explain($result));
		cmp_ok($h->service("s$i")->{sessions_peak}, '<=', $n, "never more than $n")
			if $what eq 'service';
	}
	my $held = client($port[0]);
	is($held->ask('x'), 'one x', 'one is there');
	is(client($port[0])->ended, 'closed', 'another one is turned away');
	my $early = client($port[0]);
	$early->send("hello\n");
	isnt($early->ended, 'open', 'also one that has said something');
	undef $held;
	ok($h->wait_for(sub { 2 == grep { $_->{reason} eq 'max_connections' } $h->access(1) }, 10,
		'the lines'), 'two lines in the access log say max_connections');
	$h->finish;

	# the place may be one in another worker, which may have to wait for a processor
	my $shared = free_port;
	$h = heddle("services:\n  web: {listen: \"127.0.0.1:$shared\", max_connections: 8, "
		. "backends: [\"${\$by{client}->address}\"]}\n", workers => 4);
	my $result = load($shared, connections => 8, limit => 1000, patience => 20)->stop(1);
	cmp_ok(Heddle::Load::failed($result), '<=', 10, 'four workers: hardly ever')
		or diag(explain($result));
	$h->finish;
});
