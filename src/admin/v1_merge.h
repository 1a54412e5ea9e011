/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON merge patches (RFC 7396) on trees of the file's shape. */
#ifndef ADMIN_V1_MERGE_H
#define ADMIN_V1_MERGE_H

struct arena;
struct conf_section;
struct node;

/*
 * `target` (NULL: nothing) with the patch: mappings key by key, null removes, anything else
 * replaces. `section`: the directives at the top; NULL: not known. A null for a key that is no
 * directive stays, so that whoever reads the tree reports it. `base`: the struct of the section
 * that is inherited; NULL: its defaults. A patch that chooses (`type` of a check) takes along what
 * only the former choice has.
 */
struct node *v1_merge(const struct node *target, const struct node *patch,
		      const struct conf_section *section, const void *base, struct arena *arena);

#endif
