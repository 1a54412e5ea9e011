/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects as one load of the file finds them: a tree of items, each with its struct of
 * directives still open, and the node that it was read from. Everything lives in the arena of the
 * load. What is kept afterwards is made of it by config_new().
 */
#ifndef CONFIG_ITEM_H
#define CONFIG_ITEM_H

#include "config/config_structs.h"
#include "config/object.h"
#include "core/yaml.h"

struct item {
	const struct object_kind *kind;
	struct item  *parent;		/* NULL: the root */
	struct item  *next;		/* sibling of any kind, in the order of reading */
	struct item  *first, *last;	/* children */
	const char   *name;
	void         *conf;		/* kind->conf says which struct */
	const struct node *node;	/* its value: a mapping or a scalar */
	const struct node *at;		/* where it begins: its key or address */
	uint32_t      order;		/* place among the children of its kind, from 0 */
};

struct config_file {
	struct arena         *arena;	/* owns everything below */
	const char           *path;	/* as given */
	unsigned              files;	/* included ones */
	const struct node    *tree;	/* the mapping at the top */
	struct item          *root;	/* its conf is the settings */
	const struct settings *settings;
	const struct service_conf *defaults;	/* what services inherit */
	const struct node    *defaults_node;	/* NULL: there is none */
	size_t                counts[OBJECT_KINDS_MAX];	/* of items, by kind */
	const void           *initial[OBJECT_KINDS_MAX];	/* structs with defaults alone */
};

/* One that is nobody's child yet, with the defaults of its kind. */
struct item *item_new(struct config_file *file, const struct object_kind *kind,
		      const struct node *node);
/* The struct that one without directives has: what it inherits, or the defaults of its kind. */
const void *item_initial(struct config_file *file, const struct object_kind *kind);
/* It is the last child now. */
void item_append(struct config_file *file, struct item *parent, struct item *item);

/* It is nobody's child any more, and neither it nor what is below it is counted. */
void item_unlink(struct config_file *file, struct item *item);

/* It as an object of its own. */
struct object *item_object(const struct item *item);

/* The children of one kind, in the order of the file. NULL: there is none, or none more. */
struct item *item_first(const struct item *parent, const struct object_kind *kind);
struct item *item_next(const struct item *item);
size_t item_count(const struct config_file *file, const struct object_kind *kind);

/* Reads the sections of all kinds below `parent` from its mapping. `place` is that of `parent`. */
void item_read_children(struct config_file *file, struct item *parent, const struct node *map,
			const struct conf_place *place);
/*
 * One section: a mapping from names to values, or a list of mappings with a name in each.
 * `section` NULL: it is missing.
 */
void item_read_named(struct config_file *file, const struct object_kind *kind,
		     struct item *parent, const struct node *section,
		     const struct conf_place *place);
/* Why `text` cannot name an object; NULL: it can. */
const char *item_name_problem(const char *text);
/* false, and told: it cannot be a name. */
bool item_check_name(const struct node *name, const struct conf_place *place);
/* Tells each child of that kind whose name another one has before it. */
void item_unique_names(const struct item *parent, const struct object_kind *kind,
		       const struct conf_place *place);

/* Calls `each` for every item below `parent`, with its place; parents first. */
struct item_visit {
	void (*each)(const struct item *item, const struct conf_place *place, void *arg);
	void  *arg;
};
void item_each(const struct item *parent, const struct conf_place *place,
	       const struct item_visit *visit);

#endif
