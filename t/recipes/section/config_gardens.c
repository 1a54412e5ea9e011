/* SPDX-License-Identifier: BSD-2-Clause */
/* A section at the top level: objects with a name and a directive of their own. */
#include <stddef.h>

#include "config/config_types.h"
#include "config/object.h"

struct garden_conf {
	uint64_t given;
	uint32_t max_items;
};

static const struct conf_bounds max_items = { 1, 16 };

static const struct directive rows[] = {
	{ "max_items", &conf_count, offsetof(struct garden_conf, max_items), "2", APPLIES_LIVE,
	  FROM_API, &max_items, NULL, "How many plants it has." },
	{ .name = NULL },
};

static const struct conf_section section = {
	.name = "garden",
	.rows = rows,
	.size = sizeof(struct garden_conf),
	.given = offsetof(struct garden_conf, given),
};

extern const struct object_kind config_garden_kind;

const struct object_kind config_garden_kind = {
	.name = "garden",
	.plural = "gardens",
	.section = "gardens",
	.parent = &config_settings_kind,
	.conf = &section,
	.told = TOLD_RESOLVER,
};
