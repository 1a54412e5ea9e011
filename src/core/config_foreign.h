/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys and words that are none of heddle's, and what was meant by them: the
 * words of nginx and haproxy, and keys that stand in the wrong mapping. Only
 * sentences for messages; nothing here is accepted.
 */
#ifndef CORE_CONFIG_FOREIGN_H
#define CORE_CONFIG_FOREIGN_H

#include "core/slice.h"

struct arena;
struct conf_section;
struct node;

/*
 * What an unknown key with this value was meant to be, to follow "unknown key; ", such as
 * `that is "listen" here`. Made in `arena`. NULL: nobody knows.
 */
const char *config_foreign_key(const struct conf_section *section, const struct node *key,
			       const struct node *value, struct arena *arena);

/* The same for a word that the directive does not know. */
const char *config_foreign_word(const char *directive, struct slice word, struct arena *arena);

/* Whether the key is another program's word for a directive of the section. */
bool config_foreign_is(const struct conf_section *section, struct slice key, const char *directive);

#endif
