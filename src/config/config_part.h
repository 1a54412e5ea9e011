/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part of a configuration that is read on top of another one: a tree of nodes instead of a
 * file. What the part inherits comes from there.
 */
#ifndef CONFIG_CONFIG_PART_H
#define CONFIG_CONFIG_PART_H

#include "config/config.h"
#include "core/base.h"
#include "core/conf_errors.h"
#include "core/node.h"

/* The model of a load in which `now` stands for settings and defaults. It lives in `arena`. */
struct config_file *config_part_new(const struct config *now, struct arena *arena);

/*
 * Reads `tree` as the object at `path`, whose parent is there, with everything below it. NULL:
 * told in errors. Directives that only the file may set are those of `now`; another value is an
 * error. `now` NULL: there is none of that kind yet, so they are what it inherits.
 */
struct item *config_part_read(struct config_file *file, const struct config *now,
			      const char *path, const struct node *tree,
			      struct conf_errors *errors) MUST_CHECK;

/*
 * A whole configuration: every section of `tree`. Settings are those of `settings_of`. NULL: told
 * in errors.
 */
struct config_file *config_part_read_all(const struct config *settings_of,
					 const struct node *tree, struct arena *arena,
					 struct conf_errors *errors) MUST_CHECK;

#endif
