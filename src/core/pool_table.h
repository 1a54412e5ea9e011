/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the pools of a subscription server lie: a table for each server, in the memory where the
 * known instances of fan-outs are (core/known_table.h). The resolver process writes, all others
 * read.
 */
#ifndef CORE_POOL_TABLE_H
#define CORE_POOL_TABLE_H

#include "core/known_table.h"
#include "core/pool.h"
#include "core/shared_table.h"

#define POOL_TABLE_PREFIX "s/"	/* no object has a slash in its name */

/* The name of the table of that server. */
struct slice pool_table_name(const char *server, char buf[SHARED_TABLE_NAME + 1]);
/* For readers. false: there is none (yet). */
bool pool_table_find(const char *server, struct shared_table *t) MUST_CHECK;

#endif
