/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_PRCTL
#include <sys/prctl.h>
#endif

#include "core/clock.h"
#include "core/log.h"
#include "core/log_pipe.h"
#include "core/random.h"
#include "event/signals.h"
#include "process/addresses.h"
#include "process/child.h"
#include "process/children.h"
#include "process/daemon.h"
#include "process/inherited.h"
#include "process/kind.h"
#include "process/log_files.h"
#include "process/pidfile.h"
#include "process/privileges.h"
#include "process/running.h"
#include "process/title.h"
#include "process/transaction.h"

static struct identity identity;
static const struct log_subject process_started = { .event = "process_started" };

void spawn_set_identity(const struct identity *id)
{
	identity = *id;
}

struct ends {	/* one for each side */
	int channel[2];
	int crash[2];
};

static void close_pair(int fds[2])
{
	for (int i = 0; i < 2; i++) {
		if (fds[i] != -1)
			close(fds[i]);
	}
}

static bool open_ends(struct ends *e)
{
	*e = (struct ends){ { -1, -1 }, { -1, -1 } };
	if (!channel_pair(e->channel))
		return false;
	if (pipe(e->crash) == -1) {
		close_pair(e->channel);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		fcntl(e->crash[i], F_SETFD, FD_CLOEXEC);
		fcntl(e->crash[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

/* What the master has open and this kind of child has no business with. */
static void close_foreign(const struct child *self)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->slot == self->slot)
			continue;
		channel_close_copies(&c->channel);
		if (c->crash_fd != -1)
			close(c->crash_fd);
	}
	pidfile_close();
	inherited_close();
	log_files_keep(self->slot, self->kind->slot == SLOT_CONTROL);
	if (self->kind->slot == SLOT_RESOLVER)
		addresses_close_copies();
}

static void name_yourself(const struct child *c)
{
	char name[32];

	snprintf(name, sizeof(name), "%s/%u", c->kind->name, c->slot);
	if (c->kind->slot == SLOT_WORKER) {
		title_set("heddle: worker %u", c->slot);
		log_set_process(name);
	} else {
		title_set("heddle: %s", c->kind->name);
		log_set_process(c->kind->name);
	}
}

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

/* After the user has changed: that clears the setting. */
static void watch_parent(pid_t master)
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

/* Signals are blocked until now, so that none ends a child that is not prepared for it. */
static void reset_signals(void)
{
	sigset_t none;

	signals_reset();
	signals_close();
	child_ignore_signals();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static NORETURN void become(struct child *c, struct ends *e, pid_t master)
{
	const struct config *config = running_config();

	reset_signals();
	loop_close();
	close(e->channel[0]);
	close(e->crash[0]);
	/* Whoever started us reads until the last holder of the pipe has let go of it. */
	if (daemon_active())
		daemon_detach(log_file_fd(access_target_id(&config->settings.log.to)));
	close_foreign(c);
	scoreboard_set_own(c->slot);
	name_yourself(c);
	log_pipe_open(log_pipe_writer(c->slot));
	log_set_sink(log_pipe_sink);
	signals_crash_report(e->crash[1]);
	random_seed(clock_us() ^ ((uint64_t)getpid() << 32));
	if (c->kind->start != NULL)
		c->kind->start(config);
	privileges_drop(&identity);
	watch_parent(master);
	child_attach(e->channel[1]);
	c->kind->run(config);
	child_detach();
	exit(0);
}

static void fill_slot(const struct child *c)
{
	scoreboard_occupy(c->slot, c->kind->slot, c->kind->slot == SLOT_WORKER ? c->number : 0);
	atomic_store(&scoreboard_slot(c->slot)->generation, running_serial());
}

/* Signals wait while there are two of us and one has the other's handlers. */
static pid_t fork_quietly(struct child *c, struct ends *e)
{
	pid_t master = getpid(), pid;
	sigset_t every, before;

	fflush(NULL);
	sigfillset(&every);
	sigprocmask(SIG_SETMASK, &every, &before);
	pid = fork();
	if (pid == 0)
		become(c, e, master);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int spawn(struct child *c)
{
	struct ends e;
	char name[CHILD_NAME];

	if (!open_ends(&e)) {
		log_write(LEVEL_ERROR, "start %s: %s", c->kind->name, strerror(errno));
		return -1;
	}
	fill_slot(c);
	c->pid = fork_quietly(c, &e);
	if (c->pid == -1) {
		log_write(LEVEL_ERROR, "fork %s: %s", c->kind->name, strerror(errno));
		scoreboard_vacate(c->slot);
		close_pair(e.channel);
		close_pair(e.crash);
		return -1;
	}
	scoreboard_occupied_by(c->slot, (uint32_t)c->pid);
	close(e.channel[1]);
	close(e.crash[1]);
	c->crash_fd = e.crash[0];
	addresses_forked();
	transaction_joined(c);
	log_about(children_ordinary(), &process_started, "%s started",
		  child_name(c, name, sizeof(name)));
	return e.channel[0];
}
