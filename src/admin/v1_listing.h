/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of all keys of a server or a cache, or of those with ?prefix=. */
#ifndef ADMIN_V1_LISTING_H
#define ADMIN_V1_LISTING_H

#include <stdbool.h>

#include "config/config_subscription.h"
#include "core/base.h"
#include "core/slice.h"

struct arena;
struct http_request;
struct object;
struct text;

struct v1_listing {
	struct arena            *arena;	/* of this */
	struct slice             prefix;
	struct subscription_conf conf;	/* of a server; its texts are not read */
};

/* A listing of SECTION/NAME, in an arena of its own; NULL: answered. */
struct v1_listing *v1_listing_read(struct http_request *r, const char *section, const char *name);
/* `"key":"...",`. false: it is not asked for. */
bool v1_listing_print_key(const struct v1_listing *l, struct slice key,
			  struct text *out) MUST_CHECK;

#endif
