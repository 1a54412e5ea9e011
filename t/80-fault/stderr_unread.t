# SPDX-License-Identifier: BSD-2-Clause
# Standard error is a pipe that nobody reads, full from the start: heddle starts, replaces what
# dies, stops, and crashes; what was lost is counted.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use IO::Handle;
use POSIX ();
use Time::HiRes qw(time);

# A pipe without room; its flags are the usual ones again.
sub full_pipe {
	pipe(my $reader, my $writer) or die "pipe: $!";
	$writer->blocking(0);
	1 while syswrite $writer, 'x' x 4096;
	$writer->blocking(1);
	return ($reader, $writer);
}

sub start {
	my ($yaml, %o) = @_;
	my ($reader, $writer) = full_pipe();
	my $h = heddle("log: {to: stderr}\n$yaml", before => sub {
		POSIX::dup2(fileno $writer, 2) or die "dup2: $!";
	}, %o);
	return ($h, $reader);
}

sub replaced {
	my ($h, $victim, $get) = @_;
	kill 'KILL', $victim;
	return $h->wait_for(sub {
		my @now = $get->();
		return @now && defined $now[0] && !grep { $_ == $victim } @now;
	}, 10, 'a successor');
}

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n"
		. "  none: {listen: \"127.0.0.1:${\free_port}\", backends: []}\n";
	my ($h, $reader) = start($yaml);
	is(who($port), 'one', 'it starts and serves');
	ok($h->wait_for(sub { $h->counter('log_lines_dropped_total') > 0 }, 5, 'some'),
		'... and counts what was lost');
	ok(replaced($h, ($h->worker_pids)[0], sub { $h->worker_pids }), 'a worker is replaced');
	ok(replaced($h, $h->control_pid, sub { $h->control_pid }), 'control is replaced');
	is(($h->command('-s', 'reload'))[0], 0, 'a reload is answered');
	$h->signal('HUP');
	is(who($port), 'one', 'it serves');
	$reader->blocking(0);
	my ($text, $read) = ('', sub { 1 while sysread $reader, $_[0], 65536, length $_[0] });
	$read->($text);
	ok(replaced($h, $h->control_pid, sub { $h->control_pid }), 'somebody reads again');
	ok($h->wait_for(sub { $read->($text); $text =~ /lines of the master were lost/ }, 5,
		'the line'), '... and the log tells that lines were lost') or diag($text);
	my $since = time;
	$h->finish(alerts => 1);
	cmp_ok(time - $since, '<', in_time(8), 'it stops soon');

	($h, $reader) = start($yaml);
	my ($control, @workers) = ($h->control_pid, $h->worker_pids);
	kill 'STOP', $control;
	kill 'KILL', @workers;
	kill 'KILL', $control;
	is($h->stop('TERM'), 0, 'TERM while control is gone: it stops');
	$h->finish(stopped => 1);

	($h, $reader) = start($yaml);
	my @children = ($h->worker_pids, $h->control_pid);
	$h->signal('ABRT');
	isnt($h->ended(30), undef,	# each line waits for a while
		 'the master crashes: it ends');
	ok($h->wait_for(sub { !grep { kill 0, $_ } @children }, 20, 'their end'),
		'... and so do its children');
	end_child($h->pid);
});
