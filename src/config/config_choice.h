/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merged mappings in which one key chooses what other keys there are: `type` of a check. What only
 * another choice has must not stay: nobody could read the result.
 */
#ifndef CONFIG_CONFIG_CHOICE_H
#define CONFIG_CONFIG_CHOICE_H

struct arena;
struct conf_section;
struct node;

/*
 * The directives that come with what the map chooses (NULL: it has nothing). NULL: none, or the
 * choice cannot be read.
 */
const struct conf_section *config_choice_own(const struct node *map,
					     const struct conf_section *section, const void *base,
					     struct arena *arena);
/*
 * Removes keys that go with another choice than that of `map`, but for those that `except` has
 * (NULL: none). `base`: the struct of the section that is inherited; NULL: its defaults.
 */
void config_choice_drop(struct node *map, const struct conf_section *section, const void *base,
			const struct node *except, struct arena *arena);

#endif
