# SPDX-License-Identifier: BSD-2-Clause
# A folder that `user` cannot write to: the process that writes the state file runs as the folder's
# owner, as a program would that never changes its user. No other process does.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::State;
use Heddle::Test;

plan(skip_all => 'needs root') if $>;
my $one = backend('named', name => 'one');
my $nobody = getpwnam 'nobody';

sub uid_of {
	my ($h, $kind) = @_;
	my ($pid) = map { $_->{pid} } grep { $_->{kind} eq $kind } @{ $h->stats->{processes} };
	return (stat "/proc/$pid")[4];
}

# Uid and mode of the folder, uid and mode of a file that is there before; uid that writes.
for ([0, 0755, undef, 0], [0, 0700, undef, 0], [1, 0750, undef, 1], [0, 0777, undef, $nobody],
	[12345, 0700, undef, 12345], [0, 01777, 0644, 0], [0, 0777, 0600, 0], [0, 0777, 0644, $nobody]) {
	my ($owner, $mode, $file_mode, $writer) = @$_;
	my $name = sprintf 'folder of uid %d, %o%s', $owner, $mode,
		defined $file_mode ? sprintf ', a file of root, %o', $file_mode : '';
	my $state = Heddle::State->new;
	my $port = free_port;
	my $h = heddle("state: ${\$state->path}\nservices: {web: {listen: \"127.0.0.1:$port\", "
		. "backends: {one: \"${\$one->address}\"}}}\n");
	ok(until_true(sub { -e $state->path }, 5), "$name: it starts");
	$h->stop;
	chown 0, 0, $state->path;
	chmod $file_mode // 0644, $state->path;
	$state->clear if !defined $file_mode;
	unlink $state->path . '.old';
	chown $owner, $owner, $state->dir;
	chmod $mode, $state->dir;
	$h->run;
	ok($h->wait_ready, 'it starts in it');
	my $api = Heddle::Api->new($h->control);
	is($api->patch('services/web/backends/one', { weight => 3 }), 200, '... a change is on disk');
	is($state->backend('web', 'one')->{weight}, 3, '... in the file');
	is(uid_of($h, 'state'), $writer, '... which is written by the right user');
	is($h->log_count(qr/runs as the owner of the folder \(uid $writer\)/, $writer != $nobody) > 0,
		$writer != $nobody,
		'... the log says who, if it is not nobody');
	is(uid_of($h, $_), $nobody, "... and $_ is nobody's") for qw(worker control resolver);
	$h->stop('KILL');
	$h->run;
	ok($h->wait_ready, '... it starts again');
	is($h->backend('web', 'one')->{weight}, 3, '... with what was changed');
	$h->finish(alerts => 1);	# the master was killed
}
done_testing();
