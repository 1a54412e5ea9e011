# SPDX-License-Identifier: BSD-2-Clause
# A worker that was killed right after heddle had become ready ended the start, "start failed", when
# the master had not yet heard that the worker had begun: it was told of the death first.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

plan(skip_all => 'not the system for it') if $^O ne 'linux';

# The master stands still behind its last fork, as long as the file is there.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static char file[256];

__attribute__((constructor)) static void remember(void)
{
	const char *path = getenv("HOLD");

	snprintf(file, sizeof(file), "%s", path != NULL ? path : "");
}

pid_t fork(void)
{
	static int calls;
	pid_t (*next)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
	pid_t pid = next();

	if (pid > 0 && ++calls == 4)
		while (access(file, F_OK) == 0)
			usleep(1000);
	return pid;
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/hold";

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	Heddle::write_file($mark, '');
	my $h = heddle(<<"YAML", workers => 2, env => { LD_PRELOAD => $library, HOLD => $mark });
services:
  web: {listen: "127.0.0.1:$port", backends: ["${\$one->address}"]}
YAML
	my ($victim) = $h->worker_pids;
	unlike($h->log, qr/ heddle \d/, 'the master has not said that all have begun');
	$h->kill_worker($victim);
	ok($h->wait_for(sub { Heddle::read_file("/proc/$victim/stat") =~ /\) Z / }, 10, 'the end'), 'a worker is killed');
	unlink $mark;
	ok($h->wait_log(qr/\(pid $victim\) was killed by signal 9.*starts again/), 'it is replaced');
	ok($h->wait_log(qr/ master\[\d+\] heddle \d/), '... the start is over');
	is(who($port), 'one', '... and heddle serves');
	ok($h->wait_for(sub { 2 == $h->worker_pids }, 10, 'both'), '... with all workers');
	$h->finish(alerts => 1);
});
