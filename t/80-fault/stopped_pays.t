# SPDX-License-Identifier: BSD-2-Clause
# A stopped worker holds up descriptors that are under way, until the system takes no more for
# anybody (ETOOMANYREFS): the stopped one is replaced, and not those that read.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Preload qw(preload);

my $source = <<'C';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	static ssize_t (*real)(int, const struct msghdr *, int);

	if (m->msg_controllen > 0 && access(getenv("SHORT"), F_OK) == 0) {
		errno = ETOOMANYREFS;
		return -1;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
	return real(fd, m, flags);
}
C

my ($library, $dir) = preload($source);
my $mark = "$dir/short";
plan(skip_all => 'not the system for it') if $^O ne 'linux';

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, @more) = map { free_port } 1 .. 4;
	my $yaml = sub {
		my $listen = join ', ', map { qq("127.0.0.1:$_") } @_;
		return <<"YAML";
change_timeout: 500ms
services:
  web: {listen: [$listen], backends: ["${\$one->address}"]}
YAML
	};
	my $h = do {
		local @ENV{qw(LD_PRELOAD SHORT)} = ($library, $mark);
		heddle($yaml->($port), workers => 2);
	};
	my ($stopped, $other) = $h->worker_pids;
	my $control = $h->control_pid;
	$h->kill_worker($stopped, 'STOP');
	my ($code, $said) = $h->reload($yaml->($port, $more[0]));
	is($code, 0, 'a reload') or diag($said);
	like($said, qr/pid $stopped\) has not confirmed/, '... that the stopped worker does not take');
	Heddle::write_file($mark, '');
	($code, $said) = $h->reload($yaml->($port, @more));
	is($code, 0, 'the next one, while descriptors are short') or diag($said);
	unlink $mark;
	ok($h->wait_log(qr/worker \d \(pid $stopped\) does not take changes.*: aborted/),
		'the stopped worker is aborted');
	ok($h->wait_for(sub { 2 == grep { $_ != $stopped } $h->worker_pids }, 10, 'another'),
		'... and replaced');
	ok(scalar(grep { $_ == $other } $h->worker_pids), 'the one that reads goes on');
	is($h->control_pid, $control, '... and so does control');
	ok($h->wait_for(sub { eval { who($_) eq 'one' } }, 10, $_), "port $_ serves") for @more;
	$h->finish(alerts => 1);
});
