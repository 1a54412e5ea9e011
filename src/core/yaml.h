/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML (and JSON, which is YAML) as a tree of nodes that know their file, line
 * and column. libyaml reads; this file refuses what would surprise: duplicate
 * keys, tabs, aliases that recurse or explode, text that is not UTF-8.
 * Aliases are resolved, `<<` merges mappings, `${NAME}` is expanded in scalars
 * of files (not of changes), `include:` is followed at the top level.
 */
#ifndef CORE_YAML_H
#define CORE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/node.h"
#include "core/slice.h"

struct arena;
struct conf_errors;

/* Whether a key at the top has objects by name, which several files may add to. */
typedef bool yaml_collection(struct slice key);

/* NULL with errors told. An empty document is an error. Included files are read too. */
struct node *yaml_read_file(const char *path, yaml_collection *is_collection, struct arena *arena,
			    struct conf_errors *errors) MUST_CHECK;

/*
 * From now on only regular files are read: a pipe may wait for its writer, which is all right for
 * a command, but not for a process that serves.
 */
void yaml_files_only(void);

/*
 * A text from memory, `name` standing for the file in messages: -g, changes, tests. No
 * include, no ${}.
 */
struct node *yaml_read_text(const char *name, struct slice text, struct arena *arena,
			    struct conf_errors *errors) MUST_CHECK;

/*
 * Puts `over` on top of `base`: maps key by key, everything else replaced. Told when
 * they do not fit.
 */
void yaml_overlay(struct arena *arena, struct node *base, const struct node *over,
		  const char *path, struct conf_errors *errors);

#endif
