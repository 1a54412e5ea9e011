/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of the keys that a script was asked for: which it has answered in time, and which
 * have lately used up the limit of a call, or ended the process that was asked. The table has one
 * size: a key that is met again after many others is a new one.
 */
#ifndef MAPPER_SCRIPT_KEYS_H
#define MAPPER_SCRIPT_KEYS_H

#include <stdint.h>

#include "core/slice.h"

#define SCRIPT_KEYS_ROWS 16384
#define SCRIPT_KEYS_WAYS 8		/* rows that a key may be in, by its hash */
#define SCRIPT_KEYS_HELD_MS 30000	/* "lately" */

enum script_key {
	KEY_NEW,
	KEY_ANSWERED,	/* in time, when it was asked for last */
	KEY_HELD,	/* calls for it wait behind others */
};

struct script_keys {		/* zeros: nothing is known */
	struct script_keys_row {
		uint32_t tag;		/* of the hash, beside the place; 0: free */
		uint32_t until_s;	/* held until then; 0: it was answered in time */
	} rows[SCRIPT_KEYS_ROWS];
};

/* What the other functions know a key by. */
uint64_t script_keys_hash(struct slice key);
enum script_key script_keys_get(const struct script_keys *keys, uint64_t hash, uint64_t now_ms);
void script_keys_answered(struct script_keys *keys, uint64_t hash, uint64_t now_ms);
void script_keys_hold(struct script_keys *keys, uint64_t hash, uint64_t now_ms);

#endif
