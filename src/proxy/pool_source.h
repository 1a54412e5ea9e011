/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where pools come from, as this process knows them by name: subscription servers and caches. What
 * is in their tables is written by the resolver process; nothing is written here, and nobody waits.
 */
#ifndef PROXY_POOL_SOURCE_H
#define PROXY_POOL_SOURCE_H

#include <stdbool.h>

#include "core/base.h"
#include "core/list.h"
#include "core/shared_table.h"
#include "proxy/subscribed_regexps.h"

struct change_op;
struct object;
struct object_kind;

struct pool_source {
	struct list    link;
	struct object *object;
	struct shared_table table;
	bool           found;	/* table is set */
	uint64_t       missing_ms;	/* loop clock: there is no table since then; 0: there is */
	struct subscribed_regexps regexps;	/* of a subscription server */
};

/* A change, as in registry.h; the object passes to it where the result is true. */
bool pool_source_prepare(const struct change_op *op);
void pool_source_commit(void);
void pool_source_abort(void);
void pool_source_close(void);

/* NULL: none of that kind and name is configured. */
struct pool_source *pool_source_find(const struct object_kind *kind, const char *name);
/* The next one of all; NULL: the first, or there is no more. */
struct pool_source *pool_source_next(const struct pool_source *after);
/* Whether its table is there; it may be dropped and made anew: its source is removed, and back. */
bool pool_source_has_table(struct pool_source *s);
/*
 * It is being filled for the first time, after a start or a change; or its table is gone, and the
 * change that takes it away is not in force here yet: who finds nothing may do so in a moment. A
 * table that never comes is not waited for longer than some seconds.
 */
bool pool_source_fills(struct pool_source *s);
/* No source of this process is being filled after a change: most often so, and costs nothing. */
bool pool_source_all_filled(void);
/* There is an entry in its table. */
bool pool_source_any(struct pool_source *s);

#endif
