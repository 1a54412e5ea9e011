#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# heddle was ready, and the statistics did not have the worker that served: the master, which notes
# the numbers of processes, had not run again since it had forked it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

# A master that stands still for a moment behind each fork.
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>
pid_t fork(void)
{
	static pid_t (*real)(void);
	pid_t pid;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fork");
	pid = real();
	if (pid > 0)
		usleep(500000);
	return pid;
}
C

my ($library) = preload($source);

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML", workers => 1, env => { LD_PRELOAD => $library });
services:
  web: {listen: "127.0.0.1:$port", backends: [${\addresses($one)}]}
YAML
my @pids = $h->worker_pids;
is(scalar @pids, 1, 'what is ready shows its worker');
is((Heddle::read_file("/proc/$pids[0]/cmdline") =~ /worker/) ? 1 : 0, 1, '... which it is') if @pids && $^O eq 'linux';
is(who($port), 'one', '... and serves');
$h->finish;
done_testing();
