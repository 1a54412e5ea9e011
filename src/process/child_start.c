/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "os/packet_pair.h"
#include "os/privileges.h"
#include "process/child_become.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"

static struct identity identity;

void child_start_set_identity(const struct identity *id)
{
	identity = *id;
}

struct ends {	/* [0] is the master's */
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
	if (!packet_pair(e->channel))
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

static void fill_slot(const struct child *c)
{
	struct scoreboard_occupant occupant = { .kind = kind_index(c->kind), .number = c->number,
						.sessions = kind_has(c->kind, KIND_SESSIONS) };

	scoreboard_occupy(c->slot, &occupant);
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
	if (pid == 0) {
		close(e->channel[0]);
		close(e->crash[0]);
		/* it may serve, and be looked for, before the master runs again */
		scoreboard_occupied_by(c->slot, (uint32_t)getpid());
		child_become(c, &(struct child_descriptors){ e->channel[1], e->crash[1], master },
			     &identity);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int child_start(struct child *c)
{
	struct ends e;

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
	return e.channel[0];
}
