/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the known instances of fan-outs lie: a table for each fan-out, by its name. The resolver
 * process writes, the control process reads. The value of an entry is the last announcement, as
 * it was received; the stamp is when that was (clock_ms()).
 */
#ifndef CORE_KNOWN_TABLE_H
#define CORE_KNOWN_TABLE_H

#include "core/shared_table.h"
#include "core/subscription.h"

/* Reserves the memory, before the first fork. false with errno. */
bool known_table_open(void) MUST_CHECK;
/* NULL before known_table_open(). */
struct shared_region *known_table_region(void);

#define KNOWN_TABLE_KEY (1 + 2 * SUBSCRIPTION_KEY_MAX + 1)

/* What an instance is known by: its key, and its address, or its vassal where it has none. */
struct slice known_table_key(const struct subscription *s, char buf[KNOWN_TABLE_KEY]);

#endif
