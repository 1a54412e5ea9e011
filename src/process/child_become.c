/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_become.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/random.h"
#include "event/signals.h"
#include "os/privileges.h"
#include "process/child.h"
#include "process/child_inherit.h"
#include "process/child_log.h"
#include "process/child_parent.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"

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

NORETURN void child_become(const struct child *c, const struct child_descriptors *own,
			   const struct identity *identity)
{
	const struct config *config = running_config();

	object_inherit();
	reset_signals();
	loop_close();
	child_log_detach();
	child_inherit(c);
	scoreboard_set_own(c->slot);
	child_log_open(c);
	signals_crash_report(own->crash);
	random_seed(clock_us() ^ ((uint64_t)getpid() << 32));
	if (c->kind->start != NULL)
		c->kind->start(config);
	if (c->kind->replaces != NULL)
		privileges_drop_for(identity, c->kind->replaces(config), true);
	else
		privileges_drop(identity);
	child_parent_watch(own->master);
	child_attach(own->channel, c->kind);
	c->kind->run(config);
	child_detach();
	exit(0);
}
