/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A configuration: a map from paths to objects. "services/web/backends/one" is below
 * "services/web", and "" is the settings. What is set in a copy is not seen in the original: both
 * share all that is the same, so that a change costs what it changes.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config_structs.h"
#include "config/object.h"
#include "core/base.h"

struct config_file;
struct config_node;
struct text;

struct config {
	struct config_node    *root;
	const struct settings *settings;
	size_t                 counts[OBJECT_KINDS_MAX];	/* of objects, by kind */
	size_t                 scripts;	/* objects whose kind says that they have a script */
};

/* Every item of a load as an object. */
struct config *config_new(const struct config_file *file);
struct config *config_share(const struct config *config);
void config_free(struct config *config);	/* NULL is allowed */

/*
 * A way into a configuration beside another tree: the node at the path, and below a node. NULL:
 * there is none.
 */
const struct config_node *config_root(const struct config *config);
const struct config_node *config_at(const struct config *config, const char *path);
const struct config_node *config_below(const struct config_node *node, struct slice key);
struct object *config_object(const struct config_node *node);
/* Calls `each` for the children of a node, in no order. */
void config_each_below(const struct config_node *node,
		       void (*each)(const struct config_node *child, void *arg), void *arg);

/* The object at the path; NULL: there is none. */
struct object *config_get(const struct config *config, const char *path);
/*
 * A reference to `object` passes to the configuration, and it is at the path from now on; what was
 * below the one before is below it. false, and released: its parent is not there.
 */
bool config_put(struct config *config, const char *path, struct object *object) MUST_CHECK;
/* With everything below it. false: it was not there. */
bool config_remove(struct config *config, const char *path);

size_t config_count(const struct config *config, const struct object_kind *kind);

/* For each object: it, the one above it (NULL: it is the root), its path. */
typedef void config_visitor(struct object *object, struct object *parent, const char *path,
			    void *arg);
/* Calls `visit` for the object at `path` and all below, parents first, siblings in order. */
void config_each(const struct config *config, const char *path, config_visitor *visit, void *arg);

/* Appends the path of an object below `parent` ("": the root). */
void config_path(const char *parent, const char *key, struct text *out);
/*
 * The kind that a path means, and the bytes of the path that are its parent's. NULL: no object can
 * have that path.
 */
const struct object_kind *config_path_kind(const char *path, size_t *parent);

#endif
