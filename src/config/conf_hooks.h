/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What conf.c asks about words that it does not know. Who knows other programs defines these:
 * config_foreign.c.
 */
#ifndef CONFIG_CONF_HOOKS_H
#define CONFIG_CONF_HOOKS_H

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

#endif
