/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_log.h"

#include <stdio.h>

#include "core/log.h"
#include "core/log_pipe.h"
#include "os/daemon.h"
#include "os/title.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/log_pipes.h"
#include "process/master_log.h"

void child_log_detach(void)
{
	if (daemon_active())
		daemon_detach(master_log_fd());
}

static void set_name(const struct child *c)
{
	char name[32];

	snprintf(name, sizeof(name), "%s/%u", c->kind->name, c->slot);
	if (kind_has(c->kind, KIND_NUMBERED)) {
		title_set("heddle: %s %u", c->kind->name, c->slot);
		log_set_process(name);
	} else {
		title_set("heddle: %s", c->kind->name);
		log_set_process(c->kind->name);
	}
}

void child_log_open(const struct child *c)
{
	set_name(c);
	log_pipe_open(log_pipes_writer(c->slot));
	log_set_sink(log_pipe_sink);
}
