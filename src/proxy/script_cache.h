/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of scripts that a worker uses again (`cache_for`). So many and no more: a new one takes
 * the place of an old one.
 */
#ifndef PROXY_SCRIPT_CACHE_H
#define PROXY_SCRIPT_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

#define SCRIPT_CACHE_ANSWER 256	/* bytes; a longer one is not kept */

struct script_cache_key {
	uint64_t     script;		/* config_script_id() */
	uint32_t     generation;	/* of the script, as it was loaded */
	struct slice key;
};

/* The answer, valid until the next call of this file; empty: the script knows no node. */
bool script_cache_get(const struct script_cache_key *key, uint64_t now_ms, struct slice *answer);
void script_cache_put(const struct script_cache_key *key, uint64_t until_ms, struct slice answer);

#endif
