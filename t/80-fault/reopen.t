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
	is(who($port), 'one', 'another line');
	is(scalar($h->access(1)), 1, 'it is in the new file');
	is(() = Heddle::read_file("$access.1") =~ /\n/g, 1, '... and the old one has the first');
	if ($> == 0) {
		my ($worker) = $h->worker_pids;
		isnt((stat "/proc/$worker")[4], 0, 'the workers are not root')
			if -d "/proc/$worker";
	}
	is(($h->command('-s', 'reopen'))[0], 0, '-s reopen');
	$h->finish;
});
