# SPDX-License-Identifier: BSD-2-Clause
# An abstract address is removed, a worker is replaced while it goes, and it is added again:
# heddle itself has the name, and every worker, also the new one, serves it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
plan(skip_all => 'abstract addresses are for Linux') if $^O ne 'linux';

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $name = "\@heddle-test-$$";
	my $yaml = sub {
		my $list = join ', ', map { "\"$_\"" } @_;
		return "services:\n  web: {listen: [$list], backends: [${\addresses($one)}]}\n";
	};
	my $h = heddle($yaml->("127.0.0.1:$port", $name));
	for my $turn (1 .. 3) {
		my ($victim, $other) = $h->worker_pids;
		$h->hup($yaml->("127.0.0.1:$port"));
		my $started = () = $h->log =~ /worker \d+ .*started/g;
		$h->kill_worker($victim);
		until_true(sub { (() = $h->log =~ /worker \d+ .*started/g) > $started }, 10);
		my ($code, $out) = $h->reload($yaml->("127.0.0.1:$port", $name));
		is($code, 0, 'it is added again') or diag($out);
		is(many($name, 4), 'one one one one', '... and serves');
		$h->kill_worker($other);	# the new one has the socket
		ok(until_true(sub { !grep { $_ == $other } $h->worker_pids }, 10), 'a worker dies');
		is(many($name, 4), 'one one one one', '... the others serve');
		ok($h->wait_for(sub { $h->worker_pids == 2 }, 10, 'two workers'), 'all are there');
	}
	$h->finish(alerts => 1);
});
