/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shuttle's structs as trees in the shape of heddle's file. What is there and has no word of
 * shuttle's (max_connections, the second address, the state of a backend) stays as it is.
 */
#ifndef CONFIG_SHUTTLE_TREE_H
#define CONFIG_SHUTTLE_TREE_H

#include "config/shuttle.h"
#include "core/base.h"
#include "core/conf_errors.h"

/*
 * `now`: the tree of the service that is there, with its backends; NULL: there is none. Members
 * are complete: shuttle_merge.h. NULL, and told: it says what heddle does not do.
 */
struct node *shuttle_tree_service(const struct shuttle_service *service, const struct node *now,
				  struct arena *arena, struct conf_errors *errors);
/* The same of one backend. */
struct node *shuttle_tree_backend(const struct shuttle_backend *backend, const struct node *now,
				  struct arena *arena, struct conf_errors *errors);
/* The section `shuttle`. */
struct node *shuttle_tree_globals(const struct shuttle_settings *globals, struct arena *arena);

/* Whether `name` can be that of a `kind`, which is a word for people. false: told. */
bool shuttle_tree_check_name(const char *kind, const char *name,
			     struct conf_errors *errors) MUST_CHECK;

/* Names of what the service says that is kept and has no effect, for a warning; NULL: nothing. */
const char *shuttle_tree_ignored(const struct shuttle_service *service, struct arena *arena);

#endif
