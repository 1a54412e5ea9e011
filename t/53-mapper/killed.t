# SPDX-License-Identifier: BSD-2-Clause
# Under load a process of a script, the mapper process and a worker are killed: no request fails but
# those that the process of the script or the worker had.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Load;
use Heddle::Script qw(scripted script_missing);
use Heddle::Uwsgi qw(uwsgi_packet);

my %scripts = (python => ['py', "def get(key):\n    return '\$NODE'\n"], lua => ['lua', "function get(key) return '\$NODE' end\n"]);

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	my ($end, $text) = @{ $scripts{$language} };
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $m = scripted(script => "{file: get.$end, limit: 10s, processes: 2}", files => { "get.$end" => $text }, workers => 2);
		my $h = $m->running;
		is($m->ask('a'), 'node 0/0', 'it answers');
		ok(until_true(sub { $m->processes == 3 }, 10), 'two processes, and one that is kept ready');
		my $load = load($m->port, connections => 4, until_eof => 1, patience => 20,
			ask => uwsgi_packet(HTTP_HOST => 'a'), answer => qr/\A(node) /);
		my $killed = 0;
		$load->wait_for(64);
		for my $turn (1 .. 3) {
			my @before = $m->processes;
			$killed += kill 'KILL', $before[0];
			ok(until_true(sub { my @now = $m->processes; @now >= 3 && !grep { $_ == $before[0] } @now }, 20), 'a process is killed, and replaced');
			$load->wait_for(64);
		}
		for my $turn (1 .. 2) {
			my $before = $m->mapper_pid;
			my @children = $m->processes;
			kill 'KILL', $before;
			ok(until_true(sub { my $now = $m->mapper_pid; $now && $now != $before && $m->processes == 3 }, 20), 'the mapper process is killed, and replaced');
			ok(until_true(sub { !grep { kill 0, $_ } @children }, 10), '... and its processes end with it');
			$load->wait_for(64);
		}
		my ($code, $out) = $h->reload($m->yaml);
		is($code, 0, 'a reload') or diag($out);
		$load->wait_for(64);
		my $result = $load->stop;
		cmp_ok(Heddle::Load::failed($result), '<=', $killed, "of $result->{ok} requests none fails but those of killed processes") or diag(explain($result));

		$load = load($m->port, connections => 4, until_eof => 1, patience => 20,
			ask => uwsgi_packet(HTTP_HOST => 'a'), answer => qr/\A(node) /);
		$load->wait_for(32);
		kill 'KILL', ($h->worker_pids)[0];
		ok(until_true(sub { $h->log =~ /worker \d.*signal 9/ }, 20), 'a worker is killed');
		$load->wait_for(128);
		$result = $load->stop;
		cmp_ok(Heddle::Load::failed($result), '<=', 4, '... it costs its own requests') or diag(explain($result));
		$h->finish(alerts => 1);
	});
}
done_testing();
