/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_begin.h"

#include <unistd.h>

#include "config/config.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "process/listen_table.h"
#include "process/change.h"
#include "process/kind.h"
#include "process/names_table.h"

struct beginning {
	child_prepare *prepare;
	char          *why;
	bool           ok;
	unsigned       told;	/* which objects this process gets */
};

/* Thousands of objects take a while, and the loop does not run yet. */
static void beat_once(void)
{
	atomic_fetch_add(&scoreboard_slot(scoreboard_own())->beats, 1);
	atomic_store(&scoreboard_slot(scoreboard_own())->beat_ms, clock_ms());
}

static void prepare_one(struct beginning *b, const struct change_op *op)
{
	b->ok = b->ok && b->prepare(op, b->why);
	beat_once();
}

/* What was inherited is used as it is: nobody frees it, and nothing is copied. */
static void begin_with(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct beginning *b = arg;
	struct change_op op = { .verb = CHANGE_PUT, .kind = object->kind, .object = object,
				.handle = object->handle, .parent = object->parent,
				.path = path };

	(void)parent;
	if ((names_table_receivers(object, path) & b->told) == 0)
		return;
	prepare_one(b, &op);
}

static void close_copies(const struct listen_address *a)
{
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
}

static void begin_with_addresses(const struct process_kind *kind, struct beginning *b)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		struct change_op op = { .verb = CHANGE_PUT, .parent = a->service };

		if (a->state != LISTEN_OPEN) {
			close_copies(a);
			continue;
		}
		op.address = (struct change_address){ .id = a->id, .addr = a->addr,
						      .kind = a->kind, .shared = a->shared };
		if (a->kind == kind) {
			op.address.fds = a->fds;
			op.address.count = a->count;
		}
		prepare_one(b, &op);
	}
}

bool child_begin(const struct config *config, const struct process_kind *kind,
		 child_prepare *prepare, char *why)
{
	struct beginning b = { .prepare = prepare, .why = why, .ok = true, .told = kind->told };

	config_each(config, "", begin_with, &b);
	names_table_each_member(begin_with, &b);
	if ((kind->told & TOLD_ADDRESSES) != 0)
		begin_with_addresses(kind, &b);
	return b.ok;
}
