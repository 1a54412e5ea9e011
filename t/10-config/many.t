# SPDX-License-Identifier: BSD-2-Clause
# -t took 14 s for 60,000 backends: the time for what is configured grows as its number does, and not
# as the square of it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $dir = File::Temp->newdir('heddle-many-XXXXXX', TMPDIR => 1);
my %kinds = (
	backends => sub { "services:\n  w:\n    listen: 127.0.0.1:9\n    backends:\n"
		. join('', map { sprintf "      - 10.%d.%d.%d:80\n", $_ >> 16, $_ >> 8 & 255, $_ & 255 } 1 .. $_[0]) },
	entries => sub { "services:\n  w: {protocol: uwsgi, listen: 127.0.0.1:9, routes: [{cache: c}]}\ncaches:\n  c:\n    entries:\n"
		. join('', map { "      site$_.test: 127.0.0.1:9\n" } 1 .. $_[0]) },
	keys => sub { "services:\n  w: {protocol: uwsgi, listen: 127.0.0.1:9, routes: [{subscriptions: s}]}\nsubscriptions:\n  s:\n    listen: 127.0.0.1:9\n    keys:\n"
		. join('', map { "      site$_.test: 127.0.0.1:9\n" } 1 .. $_[0]) },
	services => sub { "max_services: 5000\nservices:\n" . join("", map { sprintf "  w%d: {listen: 127.1.%d.%d:9, backends: [127.0.0.1:8]}\n", $_, $_ >> 8, $_ & 255 } 1 .. $_[0] / 8) },
);

# CPU seconds that -t takes, so many times. The system counts them in hundredths.
sub seconds {
	my ($kind, $count, $runs) = @_;
	Heddle::write_file("$dir/$count.yaml", "pid_file: $dir/pid\n" . $kinds{$kind}->($count));
	my $before = (times)[2] + (times)[3];
	for (1 .. $runs) {
		system "'${\Heddle::binary()}' -c $dir/$count.yaml -t >$dir/out 2>&1";
		is($?, 0, "$count $kind") or diag(Heddle::read_file("$dir/out"));
	}
	return (times)[2] + (times)[3] - $before;
}

# One run with four times as many, and four runs: with the square it would take four times as long.
for my $kind (sort keys %kinds) {
	my ($few, $many) = (seconds($kind, 10_000, 4), seconds($kind, 40_000, 1));
	cmp_ok($many, '<', 2.5 * $few + 0.1, '... and four times as many') or diag("$kind: $few s, $many s");
}
done_testing();
