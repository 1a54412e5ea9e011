/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of nodes, each with the map of its children by key. To set an object copies the nodes on
 * the way to it, and their maps share what stays: see core/map.c.
 */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/item.h"
#include "core/log.h"
#include "core/map.h"
#include "core/text.h"

struct config_node {
	uint32_t       references;
	struct object *object;
	struct map     children;	/* of config_node, by the key of its object */
};

static void tree_release(void *value)
{
	struct config_node *node = value;

	if (--node->references != 0)
		return;
	object_release(node->object);
	map_clear(&node->children);
	free(node);
}

static struct config_node *tree_new(struct object *object)
{
	struct config_node *node = malloc(sizeof(*node));

	CHECK(node != NULL);
	*node = (struct config_node){ 1, object, { .release = tree_release } };
	return node;
}

/* One with the same object and children: a child that is set in it is not in `node`. */
static struct config_node *tree_copy(const struct config_node *node)
{
	struct config_node *copy = tree_new(object_hold(node->object));

	copy->children = map_share(&node->children);
	return copy;
}

static void set_child(struct config_node *node, struct config_node *child)
{
	map_set(&node->children, slice_of(child->object->key), child);
}

static struct config *config_of(struct config_node *root)
{
	struct config *config = calloc(1, sizeof(*config));

	CHECK(config != NULL);
	config->root = root;
	config->settings = root->object->conf;
	return config;
}

/* `by`: 1, or -1 of one that goes. */
static void count_in(struct config *config, const struct object *object, int by)
{
	const struct object_kind *kind = object->kind;

	config->counts[object_kind_index(kind)] += (size_t)by;
	if (kind->script != NULL && kind->script(object->conf) != NULL)
		config->scripts += (size_t)by;
}

static struct config_node *tree_of(struct config *config, const struct config_file *file,
				   const struct item *item)
{
	struct config_node *node = tree_new(item_object(item));

	for (const struct item *i = item->first; i != NULL; i = i->next)
		set_child(node, tree_of(config, file, i));
	count_in(config, node->object, 1);
	return node;
}

struct config *config_new(const struct config_file *file)
{
	struct config counted = { .root = NULL }, *config;

	config = config_of(tree_of(&counted, file, file->root));
	memcpy(config->counts, counted.counts, sizeof(config->counts));
	config->scripts = counted.scripts;
	return config;
}

struct config *config_share(const struct config *config)
{
	struct config *copy = config_of(config->root);

	copy->root->references++;
	memcpy(copy->counts, config->counts, sizeof(copy->counts));
	copy->scripts = config->scripts;
	return copy;
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	tree_release(config->root);
	free(config);
}

/*
 * The next step of a path from a node of the kind *kind: its key, "services/web", and the kind
 * below. Names of objects that others can be below have no slash in them. Empty: no such path.
 */
static struct slice next_step(const char *path, const struct object_kind **kind)
{
	const char *slash = strchr(path, '/'), *end;
	struct slice section = { path, slash != NULL ? (size_t)(slash - path) : 0 };
	const struct object_kind *below = object_kind_below(*kind, section);
	bool has_children = false;

	if (below == NULL)
		return (struct slice){ path, 0 };
	for (unsigned i = 0; object_kinds[i] != NULL; i++)
		has_children |= object_kinds[i]->parent == below;
	end = has_children ? strchr(slash + 1, '/') : NULL;
	if (slash[1] == '\0' || slash + 1 == end || (end != NULL && end[1] == '\0'))
		return (struct slice){ path, 0 };
	*kind = below;
	return (struct slice){ path, end != NULL ? (size_t)(end - path) : strlen(path) };
}

/* What follows a step: behind its slash, or the empty rest. */
static const char *rest_of(struct slice step)
{
	return step.data[step.len] == '/' ? step.data + step.len + 1 : step.data + step.len;
}

static struct config_node *find(const struct config *config, const char *path)
{
	const struct object_kind *kind = config->root->object->kind;
	struct config_node *node = config->root;

	while (*path != '\0' && node != NULL) {
		struct slice step = next_step(path, &kind);

		node = step.len != 0 ? map_get(&node->children, step) : NULL;
		path = rest_of(step);
	}
	return node;
}

const struct config_node *config_at(const struct config *config, const char *path)
{
	return find(config, path);
}

const struct config_node *config_root(const struct config *config)
{
	return config->root;
}

const struct config_node *config_below(const struct config_node *node, struct slice key)
{
	return map_get(&node->children, key);
}

struct children_visit {
	void (*each)(const struct config_node *child, void *arg);
	void *arg;
};

static void visit_child(void *value, void *arg)
{
	const struct children_visit *v = arg;

	v->each(value, v->arg);
}

void config_each_below(const struct config_node *node,
		       void (*each)(const struct config_node *child, void *arg), void *arg)
{
	struct children_visit v = { each, arg };

	map_each(&node->children, visit_child, &v);
}

struct object *config_object(const struct config_node *node)
{
	return node->object;
}

struct object *config_get(const struct config *config, const char *path)
{
	const struct config_node *node = find(config, path);

	return node != NULL ? node->object : NULL;
}

const struct object_kind *config_path_kind(const char *path, size_t *parent)
{
	const struct object_kind *kind = object_kind_at(0);
	const char *at = path;

	*parent = 0;
	while (*at != '\0') {
		struct slice step = next_step(at, &kind);

		if (step.len == 0)
			return NULL;
		*parent = at > path ? (size_t)(at - path) - 1 : 0;
		at = rest_of(step);
	}
	return kind;
}

/*
 * A copy of `node` in which the rest of the path leads to `object`, or to nothing if that is NULL.
 * All of the path but its last step is there.
 */
static struct config_node *with(const struct config_node *node, const char *path,
				struct object *object)
{
	const struct object_kind *kind = node->object->kind;
	struct config_node *copy = tree_copy(node), *child;

	if (*path == '\0') {
		object_release(copy->object);
		copy->object = object;
		return copy;
	}
	struct slice step = next_step(path, &kind);
	const char *rest = rest_of(step);

	child = map_get(&copy->children, step);
	if (child == NULL)
		set_child(copy, tree_new(object));
	else if (*rest == '\0' && object == NULL)
		(void)map_remove(&copy->children, step);
	else
		set_child(copy, with(child, rest, object));
	return copy;
}

static void replace_root(struct config *config, struct config_node *root)
{
	tree_release(config->root);
	config->root = root;
	config->settings = root->object->conf;
}

bool config_put(struct config *config, const char *path, struct object *object)
{
	size_t parent;
	const struct object_kind *kind = config_path_kind(path, &parent);
	const struct config_node *before;
	struct text above;
	bool fits;

	text_init(&above);
	text_append(&above, path, parent);
	fits = kind == object->kind && (*path == '\0' || find(config, text_cstr(&above)) != NULL);
	text_close(&above);
	if (!fits) {
		object_release(object);
		return false;
	}
	before = find(config, path);
	if (before != NULL)
		count_in(config, before->object, -1);
	count_in(config, object, 1);
	replace_root(config, with(config->root, path, object));
	return true;
}

static void count_out(struct object *object, struct object *parent, const char *path, void *arg)
{
	(void)parent;
	(void)path;
	count_in(arg, object, -1);
}

bool config_remove(struct config *config, const char *path)
{
	if (*path == '\0' || find(config, path) == NULL)
		return false;
	config_each(config, path, count_out, config);
	replace_root(config, with(config->root, path, NULL));
	return true;
}

size_t config_count(const struct config *config, const struct object_kind *kind)
{
	return config->counts[object_kind_index(kind)];
}

void config_path(const char *parent, const char *key, struct text *out)
{
	text_printf(out, "%s%s%s", parent, *parent != '\0' ? "/" : "", key);
}

struct walk {
	config_visitor *visit;
	void           *arg;
	struct text     path;
};

struct children {
	struct config_node **list;
	size_t               count;
};

static void collect(void *value, void *arg)
{
	struct children *all = arg;

	all->list[all->count++] = value;
}

static int by_order(const void *left, const void *right)
{
	const struct object *a = (*(struct config_node *const *)left)->object;
	const struct object *b = (*(struct config_node *const *)right)->object;

	if (a->kind != b->kind)
		return object_kind_index(a->kind) < object_kind_index(b->kind) ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void walk_from(struct walk *w, const struct config_node *node, struct object *parent)
{
	struct children all = { .count = 0 };
	size_t len = w->path.len;

	w->visit(node->object, parent, text_cstr(&w->path), w->arg);
	if (node->children.count == 0)
		return;
	all.list = malloc(node->children.count * sizeof(*all.list));
	CHECK(all.list != NULL);
	map_each(&node->children, collect, &all);
	qsort(all.list, all.count, sizeof(*all.list), by_order);
	for (size_t i = 0; i < all.count; i++) {
		if (len > 0)
			text_putc(&w->path, '/');
		text_puts(&w->path, all.list[i]->object->key);
		walk_from(w, all.list[i], node->object);
		text_truncate(&w->path, len);
	}
	free(all.list);
}

void config_each(const struct config *config, const char *path, config_visitor *visit, void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };
	const struct config_node *node = find(config, path);
	size_t parent;
	struct object *above = NULL;

	if (node == NULL)
		return;
	text_init(&w.path);
	if (*path != '\0') {
		(void)config_path_kind(path, &parent);
		text_append(&w.path, path, parent);
		above = config_get(config, text_cstr(&w.path));
		text_clear(&w.path);
		text_puts(&w.path, path);
	}
	walk_from(&w, node, above);
	text_close(&w.path);
}
