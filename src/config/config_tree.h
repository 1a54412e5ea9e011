/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects as trees of nodes in the shape of the file: what was given, so that what is unset stays
 * unset and goes on inheriting. The API answers with such trees, and the state file has them.
 */
#ifndef CONFIG_CONFIG_TREE_H
#define CONFIG_CONFIG_TREE_H

#include "config/config.h"
#include "core/conf_errors.h"
#include "core/node.h"

enum tree_flag {	/* or-ed */
	/* With its children that have names, by name. Lists without names always come along. */
	TREE_BELOW = 1 << 0,
	TREE_API_ONLY = 1 << 1,	/* without directives that only the file may set */
};

/*
 * The object at `path` as a mapping. Texts are `quoted` scalars; numbers, booleans and the words
 * of switches are not. "" with TREE_BELOW is everything. NULL: there is no such object.
 */
struct node *config_tree(const struct config *config, const char *path, unsigned flags,
			 struct arena *arena);
/* One object without anything below it. */
struct node *config_tree_object(const struct object *object, unsigned flags, struct arena *arena);

/*
 * A whole configuration from a tree of config_tree("", TREE_BELOW). The settings are those of
 * `settings_of`: a tree cannot change what only the file may set. NULL: told in errors.
 */
struct config *config_tree_read(const struct node *tree, const struct config *settings_of,
				struct conf_errors *errors);

#endif
