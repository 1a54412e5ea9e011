/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a reload has to do: two configurations, compared object by object and
 * directive by directive. Additions and changes come first and removals last,
 * so that nothing is missing in between; an address that moved is a row of
 * each kind.
 */
#include <string.h>

#include "core/arena.h"
#include "core/config_compare.h"
#include "core/text.h"

struct differ {
	const struct config *from, *to;
	struct arena *arena;
	struct config_diff *diff;
	struct conf_errors *errors;
};

struct diff_row *config_diff_add(struct config_diff *diff, struct arena *arena,
				 enum diff_verb verb, enum diff_object object,
				 const struct service_entry *entry)
{
	if (diff->count == diff->room) {
		diff->room = diff->room > 0 ? 2 * diff->room : 16;
		struct diff_row *bigger = arena_alloc(arena, diff->room * sizeof(*bigger));

		if (diff->count > 0)
			memcpy(bigger, diff->rows, diff->count * sizeof(*bigger));
		diff->rows = bigger;
	}
	diff->rows[diff->count] =
		(struct diff_row){ .verb = verb, .object = object, .entry = entry, .text = "" };
	if (entry != NULL)
		diff->rows[diff->count].service = entry->conf.name;
	return &diff->rows[diff->count++];
}

static struct diff_row *add(struct differ *d, enum diff_verb verb, enum diff_object object,
			    const struct service_entry *entry)
{
	return config_diff_add(d->diff, d->arena, verb, object, entry);
}

static void add_backend(struct differ *d, enum diff_verb verb, const struct service_entry *entry,
			const struct backend_conf *backend, const char *text)
{
	struct diff_row *row = add(d, verb, DIFF_BACKEND, entry);

	row->backend = backend->name;
	row->backend_conf = backend;
	row->text = text;
}

static void add_listen(struct differ *d, enum diff_verb verb, const struct service_entry *entry,
		       const struct listen_conf *listen, const char *text)
{
	struct diff_row *row = add(d, verb, DIFF_LISTEN, entry);

	row->listen = listen;
	row->text = text;
}

static const char *say_backend(struct differ *d, const struct service_entry *entry,
			       const struct backend_conf *b, const char *verb)
{
	char printed[ADDR_TEXT];

	return arena_printf(d->arena, "services.%s.backends.%s: %s %s", entry->conf.name, b->name,
			    verb, addr_print(&b->addr, printed, sizeof(printed)));
}

static const char *say_listen(struct differ *d, const struct service_entry *entry,
			      const struct listen_conf *l, const char *verb)
{
	char printed[ADDR_TEXT];

	return arena_printf(d->arena, "services.%s.listen: %s %s", entry->conf.name, verb,
			    addr_print(&l->addr, printed, sizeof(printed)));
}

/* One service: what it says itself, its backends, its listeners. Removals come later. */
static void change_conf(struct differ *d, const struct service_entry *from,
			const struct service_entry *to)
{
	const char *path = arena_printf(d->arena, "services.%s", to->conf.name);
	const char *text =
		config_compare(&from->conf, &to->conf, &config_service_section, path, d->arena);

	if (text != NULL)
		add(d, DIFF_CHANGE, DIFF_SERVICE, to)->text = text;
}

static void change_backends(struct differ *d, const struct service_entry *from,
			    const struct service_entry *to)
{
	struct config_index *old = config_index_backends(from, d->arena);
	bool moved = false;
	size_t last = 0;

	for (size_t i = 0; i < to->count; i++) {
		const struct backend_conf *b = &to->backends[i];
		size_t at = config_index_find(old, b->name);

		if (at == CONFIG_INDEX_NONE) {
			add_backend(d, DIFF_ADD, to, b, say_backend(d, to, b, "added"));
			continue;
		}
		const char *path =
			arena_printf(d->arena, "services.%s.backends.%s", to->conf.name, b->name);
		const char *text = config_compare(&from->backends[at], b, &config_backend_section,
						  path, d->arena);

		/* Places shift when others come and go; that is said by what came and went. */
		if (text == NULL && at < last && !moved) {
			text = arena_printf(d->arena, "services.%s.backends: in another order",
					    to->conf.name);
			moved = true;
		}
		last = at > last ? at : last;
		if (text != NULL || from->backends[at].order != b->order)
			add_backend(d, DIFF_CHANGE, to, b, text != NULL ? text : "");
	}
}

static void change_listens(struct differ *d, const struct service_entry *from,
			   const struct service_entry *to)
{
	const struct config_listens *before = config_index_listens(from, d->arena);

	for (size_t i = 0; i < to->conf.listens; i++) {
		const struct listen_conf *l = &to->conf.listen[i];
		const struct listen_conf *old = config_listens_find(before, &l->addr);
		char printed[ADDR_TEXT];

		if (old == NULL) {
			add_listen(d, DIFF_ADD, to, l, say_listen(d, to, l, "added"));
			continue;
		}
		const char *path = arena_printf(d->arena, "services.%s.listen.%s", to->conf.name,
						addr_print(&l->addr, printed, sizeof(printed)));
		const char *text = config_compare(old, l, &config_listen_section, path, d->arena);

		if (text != NULL)
			add_listen(d, DIFF_CHANGE, to, l, text);
	}
}

static void add_service(struct differ *d, const struct service_entry *to)
{
	add(d, DIFF_ADD, DIFF_SERVICE, to)->text =
		arena_printf(d->arena, "services.%s: added", to->conf.name);
	for (size_t i = 0; i < to->count; i++)
		add_backend(d, DIFF_ADD, to, &to->backends[i],
			    say_backend(d, to, &to->backends[i], "added"));
	for (size_t i = 0; i < to->conf.listens; i++)
		add_listen(d, DIFF_ADD, to, &to->conf.listen[i],
			   say_listen(d, to, &to->conf.listen[i], "added"));
}

/* What `from` has and `to` (NULL: nothing is left of it) has not. */
static void remove_parts(struct differ *d, const struct service_entry *from,
			 const struct service_entry *to)
{
	struct config_index *kept = to != NULL ? config_index_backends(to, d->arena) : NULL;
	struct config_listens *listens = to != NULL ? config_index_listens(to, d->arena) : NULL;

	for (size_t i = 0; i < from->conf.listens; i++) {
		const struct listen_conf *l = &from->conf.listen[i];

		if (listens == NULL || config_listens_find(listens, &l->addr) == NULL)
			add_listen(d, DIFF_REMOVE, from, l,
				   to != NULL ? say_listen(d, from, l, "removed") : "");
	}
	for (size_t i = 0; i < from->count; i++) {
		const struct backend_conf *b = &from->backends[i];

		if (kept == NULL || config_index_find(kept, b->name) == CONFIG_INDEX_NONE)
			add_backend(d, DIFF_REMOVE, from, b,
				    to != NULL ? say_backend(d, from, b, "removed") : "");
	}
	if (to == NULL)
		add(d, DIFF_REMOVE, DIFF_SERVICE, from)->text =
			arena_printf(d->arena, "services.%s: removed", from->conf.name);
}

static void diff_services(struct differ *d)
{
	struct config_index *old = config_index_services(d->from, d->arena);
	struct config_index *new = config_index_services(d->to, d->arena);

	for (size_t i = 0; i < d->to->count; i++) {
		const struct service_entry *to = &d->to->services[i];
		size_t at = config_index_find(old, to->conf.name);

		if (at == CONFIG_INDEX_NONE) {
			add_service(d, to);
			continue;
		}
		change_conf(d, &d->from->services[at], to);
		change_backends(d, &d->from->services[at], to);
		change_listens(d, &d->from->services[at], to);
	}
	for (size_t i = 0; i < d->from->count; i++) {
		const struct service_entry *from = &d->from->services[i];
		size_t at = config_index_find(new, from->conf.name);

		remove_parts(d, from, at != CONFIG_INDEX_NONE ? &d->to->services[at] : NULL);
	}
}

/* Told for every directive that changed and is fixed for the life of the process. */
static bool refuse_restarts(struct differ *d)
{
	struct text from, to;
	bool ok = true;

	text_init(&from);
	text_init(&to);
	for (const struct directive *r = config_settings_section.rows; r->name != NULL; r++) {
		const struct node *node = node_get(d->to->tree, r->name);
		struct node whole = { .file = d->to->file };

		text_clear(&from);
		text_clear(&to);
		conf_print_value(&d->from->settings, r, &from);
		conf_print_value(&d->to->settings, r, &to);
		if (r->applies != APPLIES_RESTART ||
		    slice_equal(text_slice(&from), text_slice(&to)))
			continue;
		conf_fail(d->errors, CONF_ERROR, node != NULL ? node : &whole, r->name,
			  "%s -> %s needs a restart; reload refused, the running configuration is "
			  "unchanged",
			  text_cstr(&from), text_cstr(&to));
		ok = false;
	}
	text_close(&from);
	text_close(&to);
	return ok;
}

bool config_diff(const struct config *from, const struct config *to, struct arena *arena,
		 struct config_diff *diff, struct conf_errors *errors)
{
	struct differ d = { from, to, arena, diff, errors };

	*diff = (struct config_diff){ 0 };
	if (!refuse_restarts(&d))
		return false;
	struct settings old = from->settings, new = to->settings;

	/* `auto` may have come to another number: say the numbers then. */
	if (old.workers != new.workers)
		old.workers_auto = new.workers_auto = false;
	const char *text = config_compare(&old, &new, &config_settings_section, "", arena);

	if (text != NULL)
		add(&d, DIFF_CHANGE, DIFF_SETTINGS, NULL)->text = text;
	diff_services(&d);
	return true;
}
