/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that are regular expressions, for the resolver process: core/pool_regexps.h. */
#ifndef UDP_SUBSCRIPTION_REGEXPS_H
#define UDP_SUBSCRIPTION_REGEXPS_H

#include <stdbool.h>

#include "core/base.h"
#include "core/shared_table.h"
#include "core/slice.h"

struct subscription_pools;

struct subscription_regexps {
	struct shared_table table;
	bool                on;		/* keys may be expressions, and there is a table */
};

/* The server takes expressions (`on`), or has none. Its pools are looked through. */
void subscription_regexps_set(struct subscription_regexps *r, const char *server, bool on,
			      struct subscription_pools *pools);
void subscription_regexps_drop(struct subscription_regexps *r);

enum subscription_regexp { REGEXP_NONE /* a plain key */, REGEXP_GOOD, REGEXP_BAD, REGEXP_FULL };

/* What a key is that is announced. BAD is logged. */
enum subscription_regexp subscription_regexps_check(struct subscription_regexps *r,
						    const char *server, struct slice key);
/* The key has its first node; it has none any more. */
void subscription_regexps_filled(struct subscription_regexps *r, struct slice key);
void subscription_regexps_emptied(struct subscription_regexps *r, struct slice key);

#endif
