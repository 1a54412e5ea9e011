# SPDX-License-Identifier: BSD-2-Clause
# An address that comes back while it is being removed has the settings of the new
# configuration: here how many connections may wait.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($p, $q) = (free_port, free_port);
	my $yaml = sub {
		my $backlog = shift;
		my $list = join ', ', map { "\"127.0.0.1:$_\"" } @_;
		return "services:\n  web: {listen: [$list], backlog: $backlog, "
			. "backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->(100, $p, $q), workers => 1);
	my $most = 8 + 4 * `getconf _NPROCESSORS_ONLN`;	# an address may have a socket for each
	my $waiting = sub {
		my ($worker) = $h->worker_pids;
		my @clients;
		$h->kill_worker($worker, 'STOP');
		while (@clients < $most) {
			push @clients, client($q, timeout => 0.3) // last;
		}
		$h->kill_worker($worker, 'CONT');
		return scalar @clients;
	};
	is($waiting->(), $most, 'all wait');
	$h->hup($yaml->(100, $p));
	$h->hup($yaml->(1, $p, $q));
	cmp_ok($waiting->(), '<', $most, 'some do not, with the backlog that is there now');
	is(who($q), 'one', 'it serves');
	$h->finish;
});
