/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a reload has to do: two configurations, compared object by object and
 * directive by directive. Additions and changes come first and removals last,
 * so that nothing is missing in between; an address that moved is a row of
 * each kind.
 */
#include "config/config_diff.h"

#include <stdint.h>
#include <string.h>

#include "config/config_compare.h"
#include "config/config_types.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/map.h"
#include "core/text.h"

struct differ {
	const struct config *from;
	struct arena *arena;
	struct config_diff *diff;
	struct text path, words;	/* scratch: of the item that is compared, and for people */
	size_t matched;			/* objects of `from` that `to` has too */
	bool own;			/* without what is below and has a name */
};

/* Places of the siblings that have been compared. */
struct order {
	const struct object_kind *kind;
	uint32_t last;			/* greatest place that one before had */
	bool moved;			/* it has been said that they are in another order */
};

void config_diff_add(struct config_diff *diff, struct arena *arena, const struct diff_row *row)
{
	if (diff->count == diff->room) {
		diff->room = diff->room > 0 ? 2 * diff->room : 16;
		struct diff_row *bigger = arena_alloc(arena, diff->room * sizeof(*bigger));

		if (diff->count > 0)
			memcpy(bigger, diff->rows, diff->count * sizeof(*bigger));
		diff->rows = bigger;
	}
	diff->rows[diff->count++] = *row;
}

static struct diff_row *add(struct differ *d, enum diff_verb verb, struct object *object,
			    const char *text)
{
	const struct diff_row row = { .verb = verb, .path = arena_strdup(d->arena,
									 text_cstr(&d->path)),
				      .object = object, .text = text };

	config_diff_add(d->diff, d->arena, &row);
	return &d->diff->rows[d->diff->count - 1];
}

/*
 * The path as people write it in messages: "services.web.backends.one"; without the name of an
 * object that has none in the file.
 */
static const char *in_words(struct differ *d, const char *object_name, bool with_name)
{
	size_t end = d->path.len - strlen(object_name);

	text_clear(&d->words);
	for (size_t i = 0; i < end; i++)
		text_putc(&d->words, d->path.data[i] == '/' ? '.' : d->path.data[i]);
	if (with_name)
		text_puts(&d->words, object_name);
	else if (end > 0)
		text_truncate(&d->words, end - 1);
	return text_cstr(&d->words);
}

static bool has_name(const struct object_kind *kind)
{
	return !kind->unnamed && !kind->single;
}

/* "services.web.backends.one: added 10.0.0.1:80" */
static const char *describe(struct differ *d, const struct object *object, const char *verb)
{
	const char *words = in_words(d, object->name, has_name(object->kind));
	char buf[ADDR_TEXT];
	const char *about = object->kind->describe == NULL ? ""
			  : object->kind->describe(object->conf, buf, sizeof(buf));

	return arena_printf(d->arena, "%s: %s%s%s", words, verb, *about != '\0' ? " " : "", about);
}

/*
 * Places shift when others come and go, which is said by what came and went; that they are in
 * another order is said once.
 */
static const char *describe_order(struct differ *d, struct order *order,
				  const struct object *from, const struct item *to)
{
	const char *text = NULL;

	if (order->kind != to->kind)
		*order = (struct order){ .kind = to->kind };
	if (from->order < order->last && !order->moved && to->kind->ordered) {
		text = arena_printf(d->arena, "%s: in another order",
				    in_words(d, to->name, false));
		order->moved = true;
	}
	order->last = from->order > order->last ? from->order : order->last;
	return text;
}

/* What the directives say that differ, line by line; NULL: the same. */
static const char *compare(struct differ *d, const struct object *from, const struct item *to)
{
	struct settings old, new;
	const char *text;

	if (object_equals(from, to->conf))
		return NULL;
	if (to->kind != &config_settings_kind) {
		const char *words = in_words(d, to->name, !to->kind->single);

		text = config_compare(from->conf, to->conf, to->kind->conf, words, d->arena);
		if (text == NULL && to->kind->also_changes != NULL)
			text = arena_printf(d->arena, "%s: %s", words, to->kind->also_changes);
		return text;
	}
	old = *d->from->settings;
	new = *(const struct settings *)to->conf;
	/* `auto` may have come to another number: say the numbers then. */
	if (old.workers != new.workers)
		old.workers_auto = new.workers_auto = false;
	return config_compare(&old, &new, to->kind->conf, "", d->arena);
}

static void compare_one(struct differ *d, const struct object *old, const struct item *item,
			struct order *order)
{
	const char *text = compare(d, old, item);
	const char *moved = describe_order(d, order, old, item);
	struct diff_row *row;

	d->matched++;
	if (text == NULL)
		text = moved;
	if (text == NULL && (old->order == item->order ||
			     (item->kind->unnamed && !item->kind->ordered)))
		return;
	row = add(d, DIFF_CHANGE, item_object(item), text != NULL ? text : "");
	row->quiet = text == NULL && !item->kind->ordered;
}

/* Makes the path that of an item below; returns its last step, "backends/one". */
static struct slice enter(struct differ *d, const struct item *item)
{
	size_t from;

	if (d->path.len > 0)
		text_putc(&d->path, '/');
	from = d->path.len;
	text_puts(&d->path, item->kind->section);
	text_putc(&d->path, '/');
	text_puts(&d->path, item->name);
	return slice_after(text_slice(&d->path), from);
}

/* `node`: what the configuration has at the path of the item; NULL: nothing. */
/* Whether those of the kind are a part of what the parent says of itself. */
static bool is_own(const struct item *parent, const struct object_kind *kind, const void *conf)
{
	return kind->unnamed || (kind->listed != NULL && parent != NULL &&
				 kind->listed(parent, conf));
}

static void compare_tree(struct differ *d, const struct config_node *node,
			 const struct item *item, struct order *order)
{
	struct order below = { .kind = NULL };
	size_t len = d->path.len;

	if (node != NULL) {
		compare_one(d, config_object(node), item, order);
	} else {
		struct object *object = item_object(item);

		add(d, DIFF_ADD, object, describe(d, object, "added"));
	}
	for (const struct item *i = item->first; i != NULL; i = i->next) {
		struct slice key;

		if (d->own && !is_own(item, i->kind, i->conf))
			continue;
		key = enter(d, i);
		compare_tree(d, node != NULL ? config_below(node, key) : NULL, i, &below);
		text_truncate(&d->path, len);
	}
}

struct removals {
	struct differ *d;
	struct map     paths;	/* of the file: its items */
};

static void index_items(struct removals *r, const struct item *item)
{
	size_t len = r->d->path.len;

	map_set(&r->paths, slice_of(arena_strdup(r->d->arena, text_cstr(&r->d->path))),
		(void *)(uintptr_t)item);
	for (const struct item *i = item->first; i != NULL; i = i->next) {
		(void)enter(r->d, i);
		index_items(r, i);
		text_truncate(&r->d->path, len);
	}
}

/* That a parent is gone is said once. */
static void remove_missing(struct object *object, struct object *parent, const char *path,
			   void *arg)
{
	struct removals *r = arg;
	const struct item *above_it;
	size_t above;
	bool said;

	(void)parent;
	if (map_get(&r->paths, slice_of(path)) != NULL)
		return;
	(void)config_path_kind(path, &above);
	above_it = map_get(&r->paths, (struct slice){ path, above });
	if (r->d->own && !is_own(above_it, object->kind, object->conf))
		return;
	said = above_it == NULL;
	text_clear(&r->d->path);
	text_puts(&r->d->path, path);
	add(r->d, DIFF_REMOVE, object_hold(object), said ? "" : describe(r->d, object, "removed"));
}

void config_diff_reverse(struct config_diff *diff, size_t from)
{
	struct diff_row *rows;
	size_t count = diff->count - from;

	if (count == 0)
		return;
	rows = diff->rows + from;
	for (size_t i = 0; i < count / 2; i++) {
		struct diff_row row = rows[i];

		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = row;
	}
}

/* Told for every directive that changed and is fixed for the life of the process. */
static bool refuse_restarts(const struct config *from_config, const struct config_file *file,
			    struct conf_errors *errors)
{
	struct text from, to;
	bool ok = true;

	text_init(&from);
	text_init(&to);
	for (const struct directive *r = config_settings_section.rows; r->name != NULL; r++) {
		const struct node *node = node_get(file->tree, r->name);
		struct node whole = { .file = file->tree->file };

		text_clear(&from);
		text_clear(&to);
		conf_print_value(from_config->settings, r, &from);
		conf_print_value(file->settings, r, &to);
		if (r->applies != APPLIES_RESTART ||
		    slice_equal(text_slice(&from), text_slice(&to)))
			continue;
		conf_fail(errors, CONF_ERROR, node != NULL ? node : &whole, r->name,
			  "%s -> %s needs a restart; reload refused, the running configuration is "
			  "unchanged",
			  text_cstr(&from), text_cstr(&to));
		ok = false;
	}
	text_close(&from);
	text_close(&to);
	return ok;
}

static void diff_removals(struct differ *d, const struct item *item, const char *path)
{
	struct removals r = { .d = d };
	size_t before = d->diff->count;

	text_clear(&d->path);
	text_puts(&d->path, path);
	index_items(&r, item);
	config_each(d->from, path, remove_missing, &r);
	config_diff_reverse(d->diff, before);
	map_clear(&r.paths);
}

static size_t count_all(const struct config *config)
{
	size_t count = 0;

	for (unsigned i = 0; object_kinds[i] != NULL; i++)
		count += config->counts[i];
	return count;
}

bool config_diff(const struct config *from, const struct config_file *to, struct arena *arena,
		 struct config_diff *diff, struct conf_errors *errors)
{
	struct differ d = { .from = from, .arena = arena, .diff = diff };
	struct order order = { .kind = NULL };

	*diff = (struct config_diff){ 0 };
	if (!refuse_restarts(from, to, errors))
		return false;
	text_init(&d.path);
	text_init(&d.words);
	compare_tree(&d, config_root(from), to->root, &order);
	if (d.matched < count_all(from))
		diff_removals(&d, to->root, "");
	text_close(&d.path);
	text_close(&d.words);
	return true;
}

void config_diff_item(const struct config *from, const struct item *item, const char *path,
		      bool own, struct arena *arena, struct config_diff *diff)
{
	struct differ d = { .from = from, .arena = arena, .diff = diff, .own = own };
	struct order order = { .kind = NULL };

	text_init(&d.path);
	text_init(&d.words);
	text_puts(&d.path, path);
	compare_tree(&d, config_at(from, path), item, &order);
	if (config_at(from, path) != NULL)
		diff_removals(&d, item, path);
	text_close(&d.path);
	text_close(&d.words);
}

struct removed_part {
	struct differ d;
	const char   *top;
	bool          cut;
};

static void remove_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct removed_part *r = arg;

	(void)parent;
	text_clear(&r->d.path);
	text_puts(&r->d.path, path);
	add(&r->d, DIFF_REMOVE, object_hold(object),
	    strcmp(path, r->top) == 0 ? describe(&r->d, object, "removed") : "")->cut = r->cut;
}

void config_diff_remove(const struct config *from, const char *path, bool cut,
			struct arena *arena, struct config_diff *diff)
{
	struct removed_part r = { .d = { .from = from, .arena = arena, .diff = diff },
				  .top = path, .cut = cut };
	size_t before = diff->count;

	text_init(&r.d.path);
	text_init(&r.d.words);
	config_each(from, path, remove_one, &r);
	config_diff_reverse(diff, before);
	text_close(&r.d.path);
	text_close(&r.d.words);
}

void config_diff_close(struct config_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		object_release(diff->rows[i].object);
	*diff = (struct config_diff){ 0 };
}
