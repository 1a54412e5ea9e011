# SPDX-License-Identifier: BSD-2-Clause
# Access logs whose names change with each reload leave nothing behind in the control process.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

plan(skip_all => 'needs /proc/PID/smaps_rollup') if !-e '/proc/self/smaps_rollup';
plan(skip_all => 'memory of a sanitized program') if Heddle::sanitized();
time_limit(240);
my $services = 40;
my $one = backend('named', name => 'one');
my @ports = map { free_port } 1 .. $services;
sub yaml {
	my ($round) = @_;
	return "services:\n" . join '', map {
		"  s$_: {listen: \"127.0.0.1:$ports[$_ - 1]\", backends: [\"${\$one->address}\"], "
			. "access_log: {to: ./" . 'x' x 150 . "-$round-$_.log}}\n"
	} 1 .. $services;
}
my $h = heddle(yaml(0), workers => 1);
my $file_count = sub { scalar(() = glob "/proc/${\$h->control_pid}/fd/*") };
my $files = $file_count->();
my @memory;
for my $round (1 .. 50) {
	is(($h->reload(yaml($round)))[0], 0, "reload $round");
	# closed once no line can come any more
	next if $round % 10 != 0;
	ok($h->wait_for(sub { $file_count->() <= $files + 5 }, 20, 'it'), '... files are closed');
	push @memory, $h->pss($h->control_pid);
}
is(who($ports[0]), 'one', 'it serves');
my $path = $h->dir . '/' . 'x' x 150 . '-50-1.log';
ok($h->wait_for(sub { -s $path }, 5, 'the line'), '... and logs to the last one');
note("@memory");
cmp_ok($memory[-1] - $memory[0], '<', 200 << 10, 'the control process does not grow')
	or diag("@memory");
$h->finish;
done_testing();
