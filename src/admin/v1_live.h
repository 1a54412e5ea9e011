/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live items of caches, which are not configured: the resolver process sets and removes them, and
 * the answer comes when it has.
 */
#ifndef ADMIN_V1_LIVE_H
#define ADMIN_V1_LIVE_H

#include <stdint.h>

#include "admin/v1_key.h"

/* One that is to be set. Its value may be kept from the one that is there. */
struct v1_live {
	const char *cache, *key, *value;
	uint64_t    end_ms;	/* clock_wall_ms(); 0: never */
	int         status;	/* of the answer */
};

extern const struct v1_key_kind v1_live_kind;

/* Answers with the item. */
void v1_live_set(struct http_request *r, const struct v1_live *item);

#endif
