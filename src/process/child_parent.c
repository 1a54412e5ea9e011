/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_parent.h"

#include <signal.h>
#include <unistd.h>
#ifdef HAVE_PRCTL
#include <sys/prctl.h>
#endif

#ifdef HAVE_PRCTL
#define HUNG_S 4	/* longer than control reads the others' last lines */

static pid_t parent;

/*
 * The kernel sends CONT when the master ends, and anybody may send it at any time. A child that
 * somebody has stopped goes on by it. The closed channel ends it then, unless it hangs: the alarm
 * is for that, and only now may an alarm end it.
 */
static void on_continued(int signo)
{
	struct sigaction end = { .sa_handler = SIG_DFL };

	(void)signo;
	if (getppid() == parent)
		return;
	sigemptyset(&end.sa_mask);
	sigaction(SIGALRM, &end, NULL);
	alarm(HUNG_S);
}
#endif

void child_parent_watch(pid_t master)
{
#ifdef HAVE_PRCTL
	struct sigaction sa = { .sa_handler = on_continued, .sa_flags = SA_RESTART };

	parent = master;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGCONT, &sa, NULL);
	prctl(PR_SET_PDEATHSIG, SIGCONT);
#endif
	if (getppid() != master)
		_exit(1);
}

void child_parent_bind(void)
{
#ifdef HAVE_PRCTL
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
#endif
}

void child_parent_bind_to(pid_t child)
{
#ifdef HAVE_PRCTL
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	if (getppid() != child)
		_exit(1);
}
