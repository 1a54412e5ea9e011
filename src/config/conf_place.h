/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in a configuration something is, for the path of a message. */
#ifndef CONFIG_CONF_PLACE_H
#define CONFIG_CONF_PLACE_H

#include <stddef.h>

#include "core/conf_errors.h"

struct arena;
struct text;

/* Where a value stands while it is bound: a chain on the stack, from the inside out. */
struct conf_place {
	const struct conf_place *outer;	/* NULL at the top */
	const char              *name;	/* key; NULL: an item of a list */
	size_t                   index;	/* of that item */
	struct arena            *arena;	/* for what the value owns */
	struct conf_errors      *errors;
};

struct conf_place conf_place_key(const struct conf_place *outer, const char *name);
struct conf_place conf_place_item(const struct conf_place *outer, size_t index);
/* "services.web.listen[1]" */
void conf_place_print(const struct conf_place *place, struct text *out);

#endif
