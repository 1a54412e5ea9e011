/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects at the top (services, defaults) that the API has not touched are left as the file has
 * them. The others become trees of what was given, are merged key by key, and are read again.
 */
#include "config/config_merge.h"

#include <string.h>

#include "config/config_choice.h"
#include "config/config_part.h"
#include "config/config_parts.h"
#include "config/config_tree.h"
#include "core/arena.h"
#include "core/text.h"

#define FLAGS (TREE_BELOW | TREE_API_ONLY)

struct compared {
	const struct config_node *other;
	size_t                    matched;
	bool                      same;
};

static bool same_tree(const struct config_node *a, const struct config_node *b);

static void compare_child(const struct config_node *child, void *arg)
{
	struct compared *c = arg;
	const struct config_node *other =
		config_below(c->other, slice_of(config_object(child)->key));

	c->matched++;
	c->same = c->same && other != NULL && same_tree(child, other);
}

static void count_child(const struct config_node *child, void *arg)
{
	(void)child;
	++*(size_t *)arg;
}

static bool same_tree(const struct config_node *a, const struct config_node *b)
{
	struct compared c = { b, 0, true };
	size_t count = 0;

	if (a == b)
		return true;
	if (a == NULL || b == NULL)
		return false;
	if (config_object(a) != config_object(b) &&
	    !object_equals(config_object(a), config_object(b)->conf))
		return false;
	config_each_below(a, compare_child, &c);
	config_each_below(b, count_child, &count);
	return c.same && c.matched == count;
}

bool config_merge_same(const struct config *a, const struct config *b)
{
	return same_tree(config_root(a), config_root(b));
}

struct merge {
	struct config_file  *file;
	const struct config *base, *running;
	struct config       *now;	/* of `file`, before anything is merged */
	struct conf_errors  *errors;
	bool                 failed;
	bool                 all;	/* the defaults are others: everything is read again */
};

static void print_value(const struct node *node, struct text *out)
{
	if (node == NULL) {
		text_puts(out, "unset");
	} else if (node->kind == NODE_SCALAR) {
		text_append(out, node->value.data, node->value.len);
	} else {
		text_putc(out, node->kind == NODE_MAP ? '{' : '[');
		for (size_t i = 0; i < node->count; i++) {
			text_puts(out, i > 0 ? ", " : "");
			if (node->kind == NODE_MAP)
				text_printf(out, "%s: ", node->keys[i]->value.data);
			print_value(node->items[i], out);
		}
		text_putc(out, node->kind == NODE_MAP ? '}' : ']');
	}
}

static void note_both(struct merge *m, const char *words, const struct node *file,
		      const struct node *running)
{
	struct text values;

	text_init(&values);
	print_value(file, &values);
	text_puts(&values, " is used instead of ");
	print_value(running, &values);
	conf_fail(m->errors, CONF_WARNING, NULL, words, "changed in the file and by the API: %s",
		  text_cstr(&values));
	text_close(&values);
}

static const struct node *value_at(const struct node *map, const char *key)
{
	return map != NULL && map->kind == NODE_MAP ? node_get(map, key) : NULL;
}

/* Whose directives the keys of a mapping are; or they are names of objects of that kind. */
struct merge_keys {
	const struct object_kind *kind;	/* NULL: not known */
	bool                      names;
};

static struct node *merge_maps(struct merge *m, struct merge_keys keys, const char *words,
			       const struct node *base, const struct node *file,
			       const struct node *running);

/* Of one type of check on one side and another one on the other, only one can stay. */
static void drop_unchosen(struct merge *m, const struct object_kind *kind,
			  const struct directive *d, const char *words, const struct node *base,
			  const struct node *file, struct node *out)
{
	if (d == NULL || d->type != &conf_block)
		return;
	config_choice_drop(out, d->extra,
			   (const char *)item_initial(m->file, kind) + d->offset, NULL,
			   m->file->arena);
	for (size_t i = 0; i < file->count; i++) {
		const char *name = file->keys[i]->value.data;

		if (node_get(out, name) == NULL &&
		    !node_equal(value_at(base, name), file->items[i]))
			conf_fail(m->errors, CONF_WARNING, NULL,
				  arena_printf(m->file->arena, "%s.%s", words, name),
				  "changed in the file, and not used: it does not go with what "
				  "the API has set");
	}
}

/* What mappings of both sides become: key by key. NULL: they are one value each. */
static struct node *merge_inside(struct merge *m, struct merge_keys keys, const char *key,
				 const char *words, const struct node *base,
				 const struct node *file, const struct node *running)
{
	const struct directive *d =
		keys.kind != NULL && !keys.names ? conf_find(keys.kind->conf, key) : NULL;
	const struct merge_keys inner = { keys.names ? keys.kind : NULL, false };
	struct node *out;

	if (file == NULL || running == NULL || file->kind != NODE_MAP ||
	    running->kind != NODE_MAP || (d != NULL && d->type->alternatives))
		return NULL;
	out = merge_maps(m, inner, words, base, file, running);
	drop_unchosen(m, keys.kind, d, words, base, file, out);
	return out;
}

/* One key of the three; NULL: it is not there afterwards. */
static const struct node *merge_value(struct merge *m, struct merge_keys keys, const char *key,
				      const char *words, const struct node *base,
				      const struct node *file, const struct node *running)
{
	const struct object_kind *below = keys.kind != NULL && !keys.names ?
		object_kind_below(keys.kind, slice_of(key)) : NULL;
	const struct merge_keys names = { below, true };
	struct node *out;

	if (node_equal(base, file))
		return running;
	if (node_equal(file, running) || node_equal(base, running))
		return file;
	if (below != NULL && !below->unnamed)
		return merge_maps(m, names, words, base, file, running);
	out = merge_inside(m, keys, key, words, base, file, running);
	if (out != NULL)
		return out;
	if (file != NULL || running != NULL)
		note_both(m, words, file, running);
	return file;
}

static struct node *merge_maps(struct merge *m, struct merge_keys keys, const char *words,
			       const struct node *base, const struct node *file,
			       const struct node *running)
{
	struct arena *arena = m->file->arena;
	struct node *out = node_new(arena, NODE_MAP, NULL);
	const struct node *const sides[] = { file, running };

	for (size_t s = 0; s < COUNT(sides); s++) {
		for (size_t i = 0; sides[s] != NULL && i < sides[s]->count; i++) {
			const char *key = sides[s]->keys[i]->value.data;
			const struct node *value;

			if (s > 0 && value_at(file, key) != NULL)
				continue;
			value = merge_value(m, keys, key, arena_printf(arena, "%s.%s", words, key),
					    value_at(base, key), value_at(file, key),
					    value_at(running, key));
			if (value != NULL)
				node_add_pair(arena, out, sides[s]->keys[i],
					      (struct node *)(uintptr_t)value);
		}
	}
	return out;
}

static struct item *item_at(const struct merge *m, const struct object *object)
{
	struct item *item = item_first(m->file->root, object->kind);

	while (item != NULL && strcmp(item->name, object->name) != 0)
		item = item_next(item);
	return item;
}

/* What the object at the top has to be; NULL: it is not there. */
static struct node *merge_top(struct merge *m, const struct object *object, const char *path)
{
	struct arena *arena = m->file->arena;
	struct node *base = config_tree(m->base, path, FLAGS, arena);
	struct node *file = config_tree(m->now, path, FLAGS, arena);
	struct node *running = config_tree(m->running, path, FLAGS, arena);
	const char *words = object->kind->single ? object->kind->section
			: arena_printf(arena, "%s.%s", object->kind->section, object->name);

	if (running == NULL)	/* removed by the API, or new in the file */
		return node_equal(base, file) ? NULL : file;
	if (file == NULL)	/* removed from the file, or made by the API */
		return base == NULL ? running : NULL;
	return merge_maps(m, (struct merge_keys){ object->kind, false }, words, base, file,
			  running);
}

static void merge_object(struct merge *m, const struct object *object)
{
	const char *path = arena_strdup(m->file->arena, object->key);
	struct item *item = item_at(m, object);
	struct node *tree;

	if (!m->all && same_tree(config_at(m->base, path), config_at(m->running, path)))
		return;
	tree = merge_top(m, object, path);
	if (item != NULL)
		item_unlink(m->file, item);
	if (tree == NULL)
		return;
	if (object->kind->single)
		m->all = true;
	if (config_part_read(m->file, m->now, path, tree, m->errors) == NULL)
		m->failed = true;
}

struct tops {
	struct merge             *m;
	const struct config      *except[2];	/* those of these have been merged already */
	const struct object_kind *kind;
};

static void merge_child(const struct config_node *child, void *arg)
{
	const struct tops *t = arg;
	const struct object *object = config_object(child);

	if (object->kind != t->kind)
		return;
	for (size_t i = 0; i < COUNT(t->except); i++) {
		if (t->except[i] != NULL && config_get(t->except[i], object->key) != NULL)
			return;
	}
	merge_object(t->m, object);
}

/* Every object at the top that any of the three has, defaults first. */
static void merge_all(struct merge *m)
{
	struct tops t = { .m = m };

	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		if (object_kinds[i]->parent != &config_settings_kind)
			continue;
		t = (struct tops){ m, { NULL, NULL }, object_kinds[i] };
		config_each_below(config_root(m->now), merge_child, &t);
		t.except[0] = m->now;
		config_each_below(config_root(m->running), merge_child, &t);
	}
}

/* What was read again stands behind the others. */
static void count_places(struct item *root)
{
	uint32_t places[OBJECT_KINDS_MAX] = { 0 };

	for (struct item *i = root->first; i != NULL; i = i->next)
		i->order = places[object_kind_index(i->kind)]++;
}

bool config_merge(struct config_file *file, const struct config *base,
		  const struct config *running, struct conf_errors *errors)
{
	const struct conf_place top = { .name = "", .arena = file->arena, .errors = errors };
	unsigned before = errors->errors;
	struct merge m = { .file = file, .base = base, .running = running,
			   .now = config_new(file), .errors = errors };

	merge_all(&m);
	count_places(file->root);
	config_check_whole(file, &top);
	config_check_loops(file, true, &top);
	config_free(m.now);
	return !m.failed && errors->errors == before;
}
