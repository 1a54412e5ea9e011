# SPDX-License-Identifier: BSD-2-Clause
# New timeouts apply to running sessions; an added backend waits for its first check.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $late = backend('refusing', name => 'late');
	my $port = free_port;
	my $yaml = sub {
		my ($timeout, $more) = @_;
		return "services:\n  web:\n    listen: 127.0.0.1:$port\n"
			. "    idle_timeout: $timeout\n"
			. "    check: {interval: 200ms, rise: 1, fall: 1}\n"
			. "    backends: [{name: one, address: \"${\$one->address}\"}$more]\n";
	};
	my $h = heddle($yaml->('60s', ''));
	my @held = one_each($port, 2);
	is(($h->reload($yaml->('4s', '')))[0], 0, 'a shorter timeout');
	is($held[0]->ask('x'), 'one x', 'a byte flows');
	is($held[0]->ended(20), 'closed', '... and the new timeout ends it');
	my $add = ", {name: late, address: \"${\$late->address}\"}";
	is(($h->reload($yaml->('60s', $add)))[0], 0, 'a backend is added that does not listen');
	is(many($port, 4), 'one one one one', 'it is not used');
	is(($h->backend('web', 'late'))->{errors}{refused}, 0, '... not even tried');
	delete $late->{held};
	my $there = backend('named', name => 'late', address => $late->address);
	ok($h->wait_for(sub { $h->backend('web', 'late')->{status} eq 'up' }, 5, 'its check'),
		'up');
	is(join(' ', sort split / /, many($port, 4)), 'late late one one', '... and used');
	@held = ();
	$h->finish;
});
