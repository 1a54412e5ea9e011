/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ADDRESS[,MODIFIER1[,MODIFIER2]][|ADDRESS...]: where requests of a key go, as items of caches and
 * answers of scripts say it. Source of the format: --fastrouter-use-cache of uWSGI.
 */
#ifndef CORE_CACHE_VALUE_H
#define CORE_CACHE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/slice.h"

#define CACHE_VALUE_WHY 400	/* bytes of a reason */

struct cache_member {
	struct slice text;	/* its address, in the value */
	struct addr  addr;
	uint8_t      modifier1, modifier2;	/* 0 where it names none */
};

enum cache_value_next {
	CACHE_VALUE_MEMBER,
	CACHE_VALUE_BAD,	/* one that is none; `why` (CACHE_VALUE_WHY bytes) says it */
	CACHE_VALUE_END,
};
/* The next member, which is taken off the front of *rest. Empty ones are passed over. */
enum cache_value_next cache_value_next(struct slice *rest, struct cache_member *m, char *why);

/* false: it has no member, or a bad one. */
bool cache_value_check(struct slice value, char *why) MUST_CHECK;

#endif
