/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "event/event.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"

static unsigned count(const struct settings *settings)
{
	(void)settings;
	return 1;
}

/* Nothing of a configuration concerns it, but what it is given is its own to free. */
static void prepare(const struct change_op *op)
{
	arena_free(op->arena);
}

static void commit(uint64_t serial)
{
	(void)serial;
}

static void abandon(void)
{
}

static void retire(uint32_t address)
{
	(void)address;
}

static void drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	child_finish();
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.retire = retire,
	.drain = drain,
	.stop = child_finish,
};

static void run(const struct config *config)
{
	if (!loop_open(NULL)) {
		log_write(LEVEL_ALERT, "event loop: %s", strerror(errno));
		child_fail();
	}
	child_serve(&role, config);
	loop_run();
	loop_close();
}

const struct process_kind resolver_kind = {
	.name = "resolver",
	.slot = SLOT_RESOLVER,
	.count = count,
	.run = run,
};
