# SPDX-License-Identifier: BSD-2-Clause
# Workers that hold all they may leave clients waiting, without spinning.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML");
worker_sessions: 8
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my @held = one_each($port, 16);
	my %busy = map { $_ => $h->cpu_seconds($_) } $h->worker_pids;
	my $late = client($port);
	is($late->ask('?', 1), undef, 'one more waits');
	cmp_ok($h->cpu_seconds($_) - $busy{$_}, '<', 0.3, "worker $_ does not spin") for keys %busy;
	is(scalar(grep { $_->{sessions_active} == 8 } $h->processes('worker')), 2, 'both are full');
	(shift @held)->close;
	is($late->line, 'one ?', '... and is served when there is room');
	@held = ();
	$late->close;
	$h->finish;
});
