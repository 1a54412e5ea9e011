# SPDX-License-Identifier: BSD-2-Clause
# A process that cannot be started, at the start: heddle ends with 1 and says what failed, also
# after -D. Later it is tried again, and the others serve. One that crashes before it is ready is
# no different.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;

my $cc = program('cc');
plan(skip_all => 'needs cc and Linux') if !$cc || $^O ne 'linux';
plan(skip_all => 'sanitizers do not like a preloaded library') if Heddle::sanitized();

# Fails calls of the children, as the file in $FAIL says: "epoll", "fork" (from the third on), "never"
# (no fork), "crash".
my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/types.h>
#include <unistd.h>

static char file[256];

/* Before the title takes the place of the environment. */
__attribute__((constructor)) static void remember(void)
{
	const char *path = getenv("FAIL");

	snprintf(file, sizeof(file), "%s", path != NULL ? path : "");
}

static int fails(const char *what)
{
	char text[256] = "";
	FILE *f = fopen(file, "r");

	if (f == NULL)
		return 0;
	if (fgets(text, sizeof(text), f) == NULL)
		text[0] = 0;
	fclose(f);
	return strncmp(text, what, strlen(what)) == 0;
}

int epoll_create1(int flags)
{
	static int calls;
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "epoll_create1");

	/* the first is the master's; each child counts on from there */
	if (++calls > 1 && fails("crash"))
		kill(getpid(), SIGKILL);
	if (calls > 1 && fails("epoll")) {
		errno = EMFILE;
		return -1;
	}
	return next(flags);
}

pid_t fork(void)
{
	static int calls;
	pid_t (*next)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");

	if (fails("never") || (fails("fork") && ++calls > 2)) {
		errno = EAGAIN;
		return -1;
	}
	return next();
}
C

my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = "services:\n  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
my $h = Heddle->prepare($yaml, event => 'epoll');
my $dir = File::Temp->newdir;
chmod 0755, $dir;	# who reads it has dropped its privileges
my ($fail, $library) = ("$dir/fail", "$dir/fail.so");
Heddle::write_file("$library.c", $source);
is(system($cc, qw(-shared -fPIC -w -o), $library, "$library.c", '-ldl'), 0, 'the library')
	or plan(skip_all => 'cc does not work');
local $ENV{LD_PRELOAD} = $library;
local $ENV{FAIL} = $fail;

# Runs heddle, which must not start; one that does is ended.
sub try {
	my (@args) = @_;
	my @result = $h->command(@args);
	my $file = $h->dir . '/heddle.pid';
	end_child(adopt($1)) if -e $file && Heddle::read_file($file) =~ /(\d+)/;
	return @result;
}

Heddle::write_file($fail, "fork\n");
for my $args (['-D'], []) {
	my ($code, $out) = try(@$args);
	is($code, 1, "a process cannot be forked: heddle @$args ends with 1");
	like($out . $h->log, qr/fork \w+: Resource temporarily unavailable/, '... says what failed');
	ok(!-e $h->dir . '/heddle.pid', '... and leaves nothing');
}
unlink $h->dir . '/error.log';
Heddle::write_file($fail, "epoll\n");
for my $args (['-D'], []) {
	my ($code, $out) = try(@$args);
	is($code, 1, "a process cannot be set up: heddle @$args ends with 1");
	like($out . $h->log, qr/event loop[^:]*: Too many open files/, '... says what failed');
	unlike($h->log, qr/out of memory/, '... and nothing else');
}
unlink $h->dir . '/error.log';
Heddle::write_file($fail, "crash\n");
for my $args (['-D'], []) {
	my ($code, $out) = try(@$args);
	is($code, 1, "a process crashes before it is ready: heddle @$args ends with 1");
	like($out . $h->log, qr/\(pid \d+\) was killed by signal 9/, '... says what failed');
	ok(!-e $h->dir . '/heddle.pid', '... and leaves nothing');
}
unlink $fail, $h->dir . '/error.log';
$h = heddle($yaml, event => 'epoll', workers => 2);
Heddle::write_file($fail, "epoll\n");
my ($victim) = $h->worker_pids;
$h->kill_worker($victim);
ok($h->wait_log(qr/worker 1 \(pid \d+\) exited with status 1.*starts again in/), 'later: it is tried '
	. 'again, later each time');
is(who($port), 'one', '... and the other worker serves');
unlink $fail;
ok($h->wait_for(sub { 2 == $h->worker_pids }, 20, 'the worker'), '... until it is there');
Heddle::write_file($fail, "never\n");
($victim) = $h->worker_pids;
$h->kill_worker($victim);
ok($h->wait_log(qr/(?:fork worker: Resource temporarily unavailable.*?){3}/s), 'what cannot be '
	. 'forked is tried again');
is(who($port), 'one', '... and the other worker serves');
unlink $fail;
ok($h->wait_for(sub { 2 == $h->worker_pids }, 20, 'the worker'), '... until it is there');
$h->finish(alerts => 1);
done_testing();
