# SPDX-License-Identifier: BSD-2-Clause
# USR1 opens the logs again, also after root was given up.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $h = heddle(<<"YAML");
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my $access = $h->dir . '/access.log';
	my $error = $h->dir . '/error.log';
	is(who($port), 'one', 'a line');
	$h->access(1);
	rename $_, "$_.1" or die for $access, $error;
	$h->signal('USR1');
	ok($h->wait_for(sub { -e $access && -e $error }, 5, 'new files'), 'new files');
	# the control process gets the new file a moment after it was made
	my $lines = sub { my ($file) = @_; return scalar(() = Heddle::read_file($file) =~ /\n/g) };
	my $asked = 1;
	ok($h->wait_for(sub { $asked++; who($port); $lines->($access) > 0 }, 5, 'a line'),
		'another line is in the new file');
	my $all = sub { $lines->($access) + $lines->("$access.1") };
	ok($h->wait_for(sub { $all->() == $asked }, 5, 'all'), '... and none is lost');
	my @before = map { $lines->($_) } $access, "$access.1";
	cmp_ok($before[1], '>=', 1, '... the old one has the first');
	is(who($port), 'one', 'one more');
	is(scalar($h->access($before[0] + 1)), $before[0] + 1, '... is in the new file');
	is($lines->("$access.1"), $before[1], '... and not in the old one');
	if ($> == 0) {
		my ($worker) = $h->worker_pids;
		isnt((stat "/proc/$worker")[4], 0, 'the workers are not root')
			if -d "/proc/$worker";
	}
	is(($h->command('-s', 'reopen'))[0], 0, '-s reopen');
	$h->finish;
});
