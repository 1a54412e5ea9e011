# SPDX-License-Identifier: BSD-2-Clause
# Many who ask for a reload of a file with many megabytes of errors: each gets an answer, cut where
# it is too long, and the control process is not aborted for what the master itself has sent.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(launch reap);

my $port = free_port;
my $yaml = "services:\n  web: {listen: \"127.0.0.1:$port\", backends: []}\n";
my $h = heddle($yaml);
my $control = $h->control_pid;
my $name = 'x' x 60;
$h->configure($yaml . join '', map { sprintf "%05d%s: 1\n", $_, $name } 1 .. 60_000);

my %out = map { my $file = $h->dir . "/asker$_"; (launch({ out => $file, err => $file },
	Heddle::binary(), '-c', $h->{file}, qw(-s reload)) => $file) } 1 .. 4;
for my $pid (keys %out) {
	my $status = reap($pid, 60);
	is(defined $status && $status >> 8, 1, 'the reload is refused');
	my @lines = split /\n/, Heddle::read_file($out{$pid});
	like($lines[0], qr/heddle\.yaml:\d+:.*error: 00001x/, '... the first error is shown');
	my ($more) = pop(@lines) =~ /^\.\.\. and (\d+) more lines$/;
	is(@lines + $more, 60_000, '... and how many are not');
}
is($h->control_pid, $control, 'the control process is the same');
unlike($h->log, qr/does not read/, '... and was not said not to read');

$h->configure($yaml);
is(($h->command(qw(-s reload)))[0], 0, 'a reload without errors is applied');
$h->finish;
done_testing();
