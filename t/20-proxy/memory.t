# SPDX-License-Identifier: BSD-2-Clause
# Idle connections cost little, and it is given back.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'needs /proc/PID/smaps_rollup') if !-r "/proc/$$/smaps_rollup";
need_descriptors(6000);
plan(skip_all => 'sanitizers change what is measured') if Heddle::sanitized();

on_each_event(sub {
	my $silent = backend('silent');
	my $port = free_port;
	my $h = heddle(<<"YAML", workers => 1);
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$silent->address}"]}
YAML
	my ($pid) = $h->worker_pids;
	my $hold = sub {
		my ($count) = @_;
		my @held = map { client($port) } 1 .. $count;
		$_->send('x') for @held;
		ok($h->wait_for(sub { $h->service('web')->{sessions_active} >= $count }, 20, 'all'),
			"$count sessions");
		return @held;
	};
	my @held = $hold->(50);
	@held = ();
	$h->wait_for(sub { $h->settled eq '' }, 10, 'all to end');
	my $before = $h->pss($pid);
	@held = $hold->(2000);
	my $grown;	# without what it takes to begin them
	until_true(sub { ($grown = $h->pss($pid) - $before) / 2000 <= 600 }, 10);
	cmp_ok($grown / 2000, '<=', 600, 'bytes per connection');
	@held = ();
	$h->wait_for(sub { $h->settled eq '' }, 20, 'all to end');
	my $left;
	$h->wait_for(sub { ($left = $h->pss($pid) - $before) < 400_000 }, 10,
		'memory to be given back');
	cmp_ok($left, '<', 400_000, "given back ($grown bytes were used)");
	$h->finish;
});
