/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a subscription server that are regular expressions, as this process has them. */
#ifndef PROXY_SUBSCRIBED_REGEXPS_H
#define PROXY_SUBSCRIBED_REGEXPS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/shared_table.h"
#include "core/slice.h"

struct subscribed_regexp;

struct subscribed_regexps {
	struct shared_table table;
	bool                found;	/* table is set */
	uint64_t            number;	/* of the keys that are compiled */
	struct subscribed_regexp *list;	/* longest first, then by their bytes */
	unsigned            count;
};

/* The first expression that the key matches, as it was announced. false: there is none. */
bool subscribed_regexps_find(struct subscribed_regexps *all, const char *server, struct slice key,
			     struct slice *expression) MUST_CHECK;
void subscribed_regexps_close(struct subscribed_regexps *all);

#endif
