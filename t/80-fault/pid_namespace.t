# SPDX-License-Identifier: BSD-2-Clause
# -s from another PID namespace (two containers that share the folder of the pid file): the number
# in the file is somebody else's there, and nobody is sent a signal.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $unshare = program('unshare');
plan(skip_all => 'needs unshare, as root') if !$unshare || system("$unshare -pf true 2>/dev/null");

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle($yaml);
	my $pid_file = $h->dir . '/heddle.pid';
	# the locked file, with the number of a process of the other namespace in it: its shell
	my $elsewhere = sub {
		my ($word) = @_;
		open my $file, '+<', $pid_file or die "$pid_file: $!";
		syswrite $file, "1\n";
		my $command = join ' ', Heddle::binary(), '-c', $h->{file}, '-s', $word;
		return qx($unshare -pf sh -c '$command; echo "status \$?"' 2>&1);
	};
	for my $word (qw(stop quit reopen)) {
		like($elsewhere->($word), qr/another PID namespace.*^status 1$/ms, "-s $word: refused");
	}
	like($elsewhere->('reload'), qr/^status 0$/m, '-s reload: over the socket');
	my ($code, $out) = $h->command;
	like($out, qr/already running \(pid ${\$h->pid}\)/, 'a second heddle here is told the pid');
	is(who($port), 'one', 'it runs on');
	is(($h->command('-s', 'stop'))[0], 0, '-s stop from its own namespace');
	is($h->ended, 0, '... stops it');
	$h->finish(stopped => 1);
});
