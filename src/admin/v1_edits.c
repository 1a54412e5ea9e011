/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_edits.h"

#include <string.h>

#include "admin/changes_call.h"
#include "admin/v1_merge.h"
#include "config/config_tree.h"
#include "config/config_types.h"
#include "config/item.h"
#include "core/arena.h"

static struct node *without_status(const struct node *body, const struct object_kind *kind,
				   struct arena *arena);

/* The objects of one section by name, each without it. */
static struct node *all_without_status(const struct node *section,
				       const struct object_kind *kind, struct arena *arena)
{
	struct node *out = node_copy(arena, section);

	for (size_t i = 0; out->kind == NODE_MAP && i < out->count; i++)
		out->items[i] = without_status(out->items[i], kind, arena);
	return out;
}

/*
 * An object without the key that answers add and nobody can set: what was read can be sent back as
 * it is. A directive of that name, such as the one of an http check, stays.
 */
static struct node *without_status(const struct node *body, const struct object_kind *kind,
				   struct arena *arena)
{
	struct node *out = node_copy(arena, body);

	for (size_t i = kind != NULL && out->kind == NODE_MAP ? out->count : 0; i-- > 0;) {
		const struct object_kind *below = object_kind_below(kind, out->keys[i]->value);

		if (below != NULL && !below->unnamed)
			out->items[i] = all_without_status(out->items[i], below, arena);
		else if (slice_is(out->keys[i]->value, "status") &&
			 conf_find(kind->conf, "status") == NULL)
			node_remove(out, i);
	}
	return out;
}

static const struct object_kind *kind_of(const char *path)
{
	size_t above;

	return config_path_kind(path, &above);
}

static void add(struct changes_call *call, enum edit_verb verb, const char *path,
		const struct node *tree)
{
	changes_call_edit(call, &(struct config_edit){ verb, path, tree });
}

void v1_edits_put(struct changes_call *call, const char *path, const struct node *body)
{
	add(call, EDIT_PUT, path, without_status(body, kind_of(path), changes_call_arena(call)));
}

/* The kind whose objects stand at that key and have names; NULL: it is something else. */
static const struct object_kind *named_kind(const struct object_kind *parent, struct slice key)
{
	const struct object_kind *kind = object_kind_below(parent, key);

	return kind != NULL && !kind->unnamed ? kind : NULL;
}

/* What is not about objects below it that have names. */
static struct node *own_part(const struct object_kind *kind, const struct node *patch,
			     struct arena *arena)
{
	struct node *out = node_copy(arena, patch);

	for (size_t i = out->count; i-- > 0;) {
		if (named_kind(kind, out->keys[i]->value) != NULL)
			node_remove(out, i);
	}
	return out;
}

static const char *path_below(struct arena *arena, const char *path,
			      const struct object_kind *kind, const char *name)
{
	return arena_printf(arena, "%s%s%s/%s", path, *path != '\0' ? "/" : "", kind->section,
			    name);
}

/* "services/web" and "backends" as messages have them: "services.web.backends". */
static const char *in_words(struct arena *arena, const char *path, const char *key)
{
	char *words = arena_printf(arena, "%s%s%s", path, *path != '\0' ? "." : "", key);

	for (char *c = strchr(words, '/'); c != NULL; c = strchr(c, '/'))
		*c = '.';
	return words;
}

/*
 * The path of what a key of a body names. NULL, and told: a name with a slash in it would be the
 * path of something else.
 */
static const char *path_named(struct changes_call *call, const char *path,
			      const struct object_kind *kind, const struct node *key)
{
	struct arena *arena = changes_call_arena(call);
	const char *below = path_below(arena, path, kind, key->value.data), *why;
	size_t parent;

	if (config_path_kind(below, &parent) == kind)
		return below;
	why = item_name_problem(key->value.data);
	conf_fail(changes_call_errors(call), CONF_ERROR, NULL,
		  in_words(arena, path, arena_printf(arena, "%s.%s", kind->section,
						     conf_show(arena, key->value))),
		  "%s", why != NULL ? why : "this cannot be a name");
	return NULL;
}

static void remove_all(struct changes_call *call, const struct config *now, const char *path,
		       const struct object_kind *kind, const struct node *except);

/* `backends: {one: null, two: {...}}`, or another form, which takes the place of all. */
static void patch_section(struct changes_call *call, const struct config *now, const char *path,
			  const struct object_kind *kind, const struct node *patch)
{
	struct arena *arena = changes_call_arena(call);

	if (node_null(patch)) {
		remove_all(call, now, path, kind, NULL);
		return;
	}
	if (patch->kind != NODE_MAP) {
		conf_fail(changes_call_errors(call), CONF_ERROR, NULL,
			  in_words(arena, path, kind->section),
			  "expected a mapping by name, not %s", node_kind_name(patch));
		return;
	}
	for (size_t i = 0; i < patch->count; i++) {
		const char *below = path_named(call, path, kind, patch->keys[i]);

		if (below == NULL)
			continue;
		if (!node_null(patch->items[i]))
			v1_edits_patch(call, now, below, patch->items[i]);
		else if (config_get(now, below) != NULL)
			add(call, EDIT_DELETE, below, NULL);
	}
}

/* Only what the file may set has no null: what it says of that stays. */
static void check_nulls(struct changes_call *call, const struct object_kind *kind,
			const char *path, const struct node *patch)
{
	for (size_t i = 0; i < patch->count; i++) {
		const struct directive *d = conf_find(kind->conf, patch->keys[i]->value.data);

		if (d != NULL && d->from == FROM_FILE && node_null(patch->items[i]))
			conf_fail(changes_call_errors(call), CONF_ERROR, NULL,
				  arena_printf(changes_call_arena(call), "%s.%s", path, d->name),
				  "%s: set in the file only", d->name);
	}
}

static void patch_below(struct changes_call *call, const struct config *now, const char *path,
			const struct object_kind *kind, const struct node *patch)
{
	for (size_t i = 0; i < patch->count; i++) {
		const struct object_kind *below = named_kind(kind, patch->keys[i]->value);

		if (below != NULL)
			patch_section(call, now, path, below, patch->items[i]);
	}
}

/* The struct that its directives come from where it has none; NULL: they are built in. */
static const void *inherited(const struct config *now, const struct object_kind *kind)
{
	const struct object *defaults = config_get(now, CONFIG_DEFAULTS_PATH);

	return kind->inherits && defaults != NULL ? defaults->conf : NULL;
}

void v1_edits_patch(struct changes_call *call, const struct config *now, const char *path,
		    const struct node *patch)
{
	struct arena *arena = changes_call_arena(call);
	const struct object_kind *kind = kind_of(path);
	const struct node *current = config_tree(now, path, 0, arena), *own;

	patch = without_status(patch, kind, arena);
	if (current == NULL || patch->kind != NODE_MAP || kind == NULL) {
		add(call, EDIT_PUT, path, v1_merge(NULL, patch, NULL, NULL, arena));
		return;
	}
	check_nulls(call, kind, path, patch);
	own = own_part(kind, patch, arena);
	if (own->count > 0 || patch->count == 0)
		add(call, EDIT_PUT_OWN, path,
		    v1_merge(current, own, kind->conf, inherited(now, kind), arena));
	patch_below(call, now, path, kind, patch);
}

struct others {
	struct changes_call      *call;
	const struct object_kind *kind;
	const char               *path;		/* of their parent */
	const struct node        *except;	/* names that stay; NULL: none */
};

static void remove_other(const struct config_node *node, void *arg)
{
	const struct others *o = arg;
	const struct object *object = config_object(node);

	if (object->kind != o->kind ||
	    (o->except != NULL && node_get(o->except, object->name) != NULL))
		return;
	add(o->call, EDIT_DELETE, path_below(changes_call_arena(o->call), o->path, o->kind,
					     object->name), NULL);
}

static void remove_all(struct changes_call *call, const struct config *now, const char *path,
		       const struct object_kind *kind, const struct node *except)
{
	struct others o = { call, kind, path, except };

	config_each_below(config_at(now, path), remove_other, &o);
}

static void put_section(struct changes_call *call, const struct config *now,
			const struct object_kind *kind, const struct node *section)
{
	struct arena *arena = changes_call_arena(call);

	if (kind->single) {
		v1_edits_put(call, path_below(arena, "", kind, kind->name),
			     section != NULL ? section : node_new(arena, NODE_MAP, NULL));
		return;
	}
	if (section != NULL && section->kind != NODE_MAP) {
		conf_fail(changes_call_errors(call), CONF_ERROR, NULL, kind->section,
			  "expected a mapping by name, not %s", node_kind_name(section));
		return;
	}
	remove_all(call, now, "", kind, section);
	for (size_t i = 0; section != NULL && i < section->count; i++) {
		const char *below = path_named(call, "", kind, section->keys[i]);

		if (below != NULL)
			v1_edits_put(call, below, section->items[i]);
	}
}

static void report_unknown(struct changes_call *call, struct slice key)
{
	struct conf_errors *errors = changes_call_errors(call);
	const char *names[64 + 1];
	size_t n = 0;
	struct conf_error *row;

	for (const struct directive *d = config_settings_section.rows; d->name != NULL; d++)
		if (!d->type->later && n + 1 < COUNT(names))
			names[n++] = d->name;
	names[n] = NULL;
	const char *nearest = conf_nearest(key, names), *shown = conf_show(errors->arena, key);

	if (nearest != NULL)
		row = conf_fail(errors, CONF_ERROR, NULL, shown,
				"unknown key; did you mean \"%s\"?", nearest);
	else
		row = conf_fail(errors, CONF_ERROR, NULL, shown, "unknown key");
	row->nearest = nearest;
	row->got = shown;
}

/* Settings that only the file may set can be there as they are. */
static void check_settings(struct changes_call *call, const struct config *now,
			   const struct node *body)
{
	const struct node *current = config_tree(now, "", 0, changes_call_arena(call));

	for (size_t i = 0; i < body->count; i++) {
		const char *key = body->keys[i]->value.data;

		if (object_kind_below(&config_settings_kind, body->keys[i]->value) != NULL ||
		    node_equal(node_get(current, key), body->items[i]))
			continue;
		if (conf_find(&config_settings_section, key) != NULL)
			conf_fail(changes_call_errors(call), CONF_ERROR, NULL, key,
				  "%s: set in the file only", key);
		else
			report_unknown(call, body->keys[i]->value);
	}
}

static bool is_mapping(struct changes_call *call, const struct node *body)
{
	if (body->kind == NODE_MAP)
		return true;
	conf_fail(changes_call_errors(call), CONF_ERROR, NULL, "", "expected a mapping, not %s",
		  node_kind_name(body));
	return false;
}

void v1_edits_put_all(struct changes_call *call, const struct config *now,
		      const struct node *body)
{
	if (!is_mapping(call, body))
		return;
	check_settings(call, now, body);
	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		if (object_kinds[i]->parent == &config_settings_kind)
			put_section(call, now, object_kinds[i],
				    node_get(body, object_kinds[i]->section));
	}
}

void v1_edits_patch_all(struct changes_call *call, const struct config *now,
			const struct node *patch)
{
	struct arena *arena = changes_call_arena(call);

	if (!is_mapping(call, patch))
		return;
	check_settings(call, now, patch);
	/* defaults before what inherits them, whatever the order of the patch */
	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		const struct object_kind *kind = object_kinds[i];
		const struct node *part = kind->parent == &config_settings_kind
			? node_get(patch, kind->section) : NULL;

		if (part == NULL)
			continue;
		if (!kind->single)
			patch_section(call, now, "", kind, part);
		else if (node_null(part))
			put_section(call, now, kind, NULL);
		else
			v1_edits_patch(call, now, path_below(arena, "", kind, kind->name), part);
	}
}
