/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys of a subscription server that are regular expressions: ~^www[0-9]+\.example\.com$ stands
 * for each key that it matches. The resolver process keeps them in a table of their own; the
 * others compile them when its number has changed.
 */
#ifndef CORE_POOL_REGEXPS_H
#define CORE_POOL_REGEXPS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/shared_table.h"
#include "core/slice.h"

#define POOL_REGEXPS_PREFIX "x/"	/* of the table's name, before the server's */
#define POOL_REGEXPS_MAX 1000		/* of a server */

static inline bool pool_regexps_is(struct slice key)
{
	return key.len > 1 && key.data[0] == '~';
}

struct slice pool_regexps_name(const char *server, char buf[SHARED_TABLE_NAME + 1]);

/* For readers. *number changes with each key that comes or goes; 0: there is none. */
uint64_t pool_regexps_number(const struct shared_table *t);

/* For the writer. false: there are POOL_REGEXPS_MAX, or no memory. */
bool pool_regexps_add(struct shared_table *t, struct slice key) MUST_CHECK;
void pool_regexps_remove(struct shared_table *t, struct slice key);

#endif
