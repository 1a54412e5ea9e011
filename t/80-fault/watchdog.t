# SPDX-License-Identifier: BSD-2-Clause
# A worker whose loop hangs: clients are served by the others, it is aborted with a backtrace.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

use Time::HiRes qw(time);

# There is no way to make a right program hang: a library gets between it and its system call.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	static int (*real)(struct pollfd *, nfds_t, int);
	char name[32], *pid = getenv("HANG");

	while (access(pid, F_OK) == 0 && readlink(pid, name, sizeof(name) - 1) > 0
	       && atoi(name) == getpid())
		;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "poll");
	return real(fds, count, timeout);
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/pid";

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML", workers => 2, event => 'poll', env => { LD_PRELOAD => $library, HANG => $mark });
watchdog: 8s
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
my ($victim) = $h->worker_pids;
symlink $victim, $mark;		# what it points to need not exist...
symlink '/', "$dir/$victim";	# ... but access() follows it
ok($h->wait_log(qr/worker \d \(pid $victim\) has not run its event loop for 4 s/, 20), 'half the time: a warning');
my $late = 0;
for (1 .. 20) {
	my $start = time;
	is(who($port), 'one', "client $_");
	$late = time - $start if time - $start > $late;
}
cmp_ok($late, '<', in_time(2.5), 'clients are served by the other');
ok($h->wait_log(qr/worker \d \(pid $victim\) has not run its event loop for 8 s: aborted/, 20), 'it is aborted');
ok($h->wait_log(qr/worker \d \(pid $victim\): .*library\.so/), 'the backtrace shows where it hung');
ok(until_true(sub { 2 == grep { $_ != $victim } $h->worker_pids }, 10), 'it is replaced');
$h->finish(alerts => 1);
done_testing();
