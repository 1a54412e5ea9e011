/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys and words that are none of heddle's, and what was meant by them: the
 * words of nginx and haproxy, and keys that stand in the wrong mapping. Only
 * sentences for messages; nothing here is accepted.
 */
#ifndef CONFIG_CONFIG_FOREIGN_H
#define CONFIG_CONFIG_FOREIGN_H

#include <stdbool.h>

struct conf_section;
struct node;

/*
 * Whether a key of `map` is another program's word for a directive of the section: that this one
 * is missing is no news then.
 */
bool config_foreign_has(const struct node *map, const struct conf_section *section,
			const char *directive);

#endif
