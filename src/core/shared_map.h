/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that a process shares with those that it forks. Reserved, not committed. */
#ifndef CORE_SHARED_MAP_H
#define CORE_SHARED_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

/*
 * Zeroed bytes that live as long as the processes; NULL with errno: the system refuses. `name` is
 * what the system shows for them.
 */
void *shared_map(const char *name, size_t bytes) MUST_CHECK;

/* What shared_map() has given, in this process. NULL: nothing. */
void shared_map_close(void *at);
/*
 * All of it: for a process that runs code of others. Nothing that counts or reads what is shared
 * may be called any more.
 */
void shared_map_close_all(void);

/*
 * Zeroed bytes of this process alone, reserved and not committed: for large tables of which most
 * is never used. NULL with errno.
 */
void *shared_map_private(size_t bytes) MUST_CHECK;

/*
 * The bytes are not needed any more: their pages go back to the system, and they are zeros from
 * now on. false: the system cannot do that, and they are as they were.
 */
bool shared_map_drop(void *at, size_t bytes) MUST_CHECK;

#endif
