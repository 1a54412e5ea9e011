# SPDX-License-Identifier: BSD-2-Clause
# The configuration file is a pipe, or becomes one: no reload waits for its writer.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use POSIX ();

sub goes_on {
	my ($h, $port) = @_;
	$h->signal('HUP');
	ok($h->wait_log(qr/error master\S* .*is not a regular file/), 'a reload is refused');
	my ($victim) = $h->worker_pids;
	$h->kill_worker($victim);
	ok($h->wait_for(sub { !grep { $_ == $victim } $h->worker_pids }, 5, 'the end'),
		'... a dead worker is noticed');
	is(who($port), 'one', '... it serves');
	$h->finish(alerts => 1);
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle($yaml);
	unlink $h->{file};
	POSIX::mkfifo($h->{file}, 0600) or die "mkfifo: $!";
	my ($code, $out) = $h->command('-s', 'reload');
	is($code, 1, '-s reload: 1, at once') or diag($out);
	goes_on($h, $port);

	$h = Heddle->prepare($yaml, event => $_[0]);
	my $text = Heddle::read_file($h->{file});
	unlink $h->{file};
	POSIX::mkfifo($h->{file}, 0600) or die "mkfifo: $!";
	my $writer = spawn(sub { Heddle::write_file($h->{file}, $text) });
	$h->run;
	ok($h->wait_ready, 'it starts from a pipe');
	end_child($writer);
	goes_on($h, $port);
});
