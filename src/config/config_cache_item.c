/* SPDX-License-Identifier: BSD-2-Clause */
/* What the API says of an item that is not configured. */
#include <stddef.h>

#include "config/config_cache.h"
#include "config/config_types.h"

static const struct conf_bounds lifetime = { 1, (uint64_t)100 * 365 * 86400 * 1000 };

static const struct directive rows[] = {
	{ "value", &config_cache_value, offsetof(struct cache_item_conf, value), NULL,
	  APPLIES_LIVE, FROM_API, NULL, NULL, "The nodes that it names." },
	{ "expires", &conf_duration, offsetof(struct cache_item_conf, expires_ms), NULL,
	  APPLIES_LIVE, FROM_API, &lifetime, NULL, "How long it is there." },
	{ .name = NULL },
};

const struct conf_section config_cache_item_section = {
	.name = "item",
	.rows = rows,
	.size = sizeof(struct cache_item_conf),
	.given = offsetof(struct cache_item_conf, given),
};
