/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_part.h"

#include <string.h>

#include "config/config_parts.h"
#include "config/config_structs.h"
#include "config/config_uwsgi.h"
#include "core/arena.h"
#include "core/text.h"

static struct item *item_of(struct config_file *file, const struct object *object)
{
	struct item *item = item_new(file, object->kind, file->tree);

	memcpy(item->conf, object->conf, object->kind->conf->size);
	item->name = object->name;
	item->order = object->order;
	return item;
}

struct config_file *config_part_new(const struct config *now, struct arena *arena)
{
	struct config_file *file = arena_alloc(arena, sizeof(*file));
	const struct object *defaults = config_get(now, CONFIG_DEFAULTS_PATH);

	file->arena = arena;
	file->path = "";
	file->tree = node_new(arena, NODE_MAP, NULL);
	file->root = item_of(file, config_object(config_root(now)));
	file->settings = file->root->conf;
	if (defaults != NULL)
		file->defaults = defaults->conf;
	return file;
}

static struct node *section_with(struct config_file *file, const struct object_kind *kind,
				 const char *name, const struct node *tree)
{
	struct node *value = node_copy(file->arena, tree), *section;

	if (kind->single)
		return value;
	section = node_new(file->arena, kind->unnamed ? NODE_LIST : NODE_MAP, NULL);
	if (kind->unnamed)
		node_add(file->arena, section, value);
	else
		node_add_pair(file->arena, section, node_scalar(file->arena, name, NULL), value);
	return section;
}

/* What only the file may set, and is set here to something else than `from` has. */
static bool check_file_only(const struct item *item, const void *from,
			    const struct conf_place *place)
{
	const struct conf_section *section = item->kind->conf;
	struct text is, was;
	bool ok = true;

	text_init(&is);
	text_init(&was);
	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		struct conf_place key = conf_place_key(place, d->name);

		if (d->type->print == NULL || d->from != FROM_FILE ||
		    !conf_given(item->conf, section, d))
			continue;
		text_clear(&is);
		text_clear(&was);
		conf_print_value(item->conf, d, &is);
		conf_print_value(from, d, &was);
		if (slice_equal(text_slice(&is), text_slice(&was)))
			continue;
		conf_report(&key, CONF_ERROR, item->node, "%s: set in the file only", d->name);
		ok = false;
	}
	text_close(&is);
	text_close(&was);
	return ok;
}

static void copy_string(const char **string, void *arg)
{
	if (*string != NULL)
		*string = arena_strdup(arg, *string);
}

/*
 * Fields and the marks of what was given: what the file says of them stays. Their strings become
 * the file's: `from` may be an object that is gone before the file.
 */
static void keep_file_only(const struct config_file *file, struct item *item, const void *from,
			   bool was_there)
{
	const struct conf_strings copy = { copy_string, file->arena };
	const struct conf_section *section = item->kind->conf;
	uint64_t *bits = (uint64_t *)(void *)((char *)item->conf + section->given);

	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (d->type->print == NULL || d->from != FROM_FILE)
			continue;
		memcpy((char *)item->conf + d->offset, (const char *)from + d->offset,
		       conf_field_size(d));
		if (d->type->strings != NULL)
			d->type->strings((char *)item->conf + d->offset, d, &copy);
		*bits &= ~conf_bit(d - section->rows);
		if (was_there && conf_given(from, section, d))
			conf_set_given(item->conf, section, d);
	}
}

/* Whether the path lies in the folder of the pid file, where the API may make sockets. */
static bool is_in_run_folder(const struct settings *settings, const char *path)
{
	const char *slash = settings->pid_file != NULL ? strrchr(settings->pid_file, '/') : NULL;
	size_t folder = slash != NULL ? (size_t)(slash - settings->pid_file) + 1 : 0;

	return folder > 0 && strncmp(path, settings->pid_file, folder) == 0 &&
	       strchr(path + folder, '/') == NULL;
}

/* Paths are in the hands of whoever owns the file system, descriptors of who started heddle. */
static bool check_listener(const struct config_file *file, const struct item *item,
			   const struct conf_place *place)
{
	const struct listen_conf *listen = item->conf;
	char printed[ADDR_TEXT];

	if (!item->kind->listens || listen->addr.kind != ADDR_UNIX ||
	    is_in_run_folder(file->settings, listen->addr.u.un.sun_path))
		return true;
	conf_report(place, CONF_ERROR, item->node,
		    "%s: unix sockets outside of the folder of pid_file are set in the file only",
		    addr_print(&listen->addr, printed, sizeof(printed)));
	return false;
}

static bool refuse_map(const struct config *now, const struct item *item,
		       const struct conf_place *place)
{
	const char *name = ((const struct route_conf *)item->conf)->cache;
	const char *path = arena_printf(place->arena, "%s/%s", config_cache_kind.section, name);
	struct conf_place key = conf_place_key(place, "map");

	if (now == NULL || config_get(now, path) == NULL)
		name = "NAME";
	conf_report(&key, CONF_ERROR, item->node, "map: a mapping file is named in the file only; "
		    "write the name of a cache that is there: {\"cache\": \"%s\"}", name);
	return false;
}

static bool refuse_server(const struct item *item, const struct conf_place *place)
{
	const char *name = ((const struct route_conf *)item->conf)->subscriptions;
	struct conf_place key = conf_place_key(place, "subscriptions");

	conf_report(&key, CONF_ERROR, item->node, "subscriptions: a server stands in a route of "
		    "the file only; PUT it to /_v1/subscriptions/%s, and write "
		    "{\"subscriptions\": \"%s\"}", name, name);
	return false;
}

/*
 * A cache or a subscription server that stands in a route would be an object of its own, and this
 * is about one. It must not be taken for the name of one that is there.
 */
static bool check_in_route(const struct config *now, const struct item *item,
			   const struct conf_place *place)
{
	const struct node *server;

	if (item->kind != &config_route_kind || item->node->kind != NODE_MAP)
		return true;
	if (node_get(item->node, "map") != NULL)
		return refuse_map(now, item, place);
	server = node_get(item->node, "subscriptions");
	return server == NULL || server->kind != NODE_MAP || refuse_server(item, place);
}

struct keep {
	struct config_file  *file;
	const struct config *now;	/* NULL: nothing is there */
	bool                 ok;
};

/* `path` is that of the item. */
static void keep_all(struct keep *k, struct item *item, struct text *path,
		     const struct conf_place *place)
{
	struct object *old = k->now != NULL ? config_get(k->now, text_cstr(path)) : NULL;
	const void *from = old != NULL ? old->conf : item_initial(k->file, item->kind);
	size_t len = path->len;

	k->ok = check_file_only(item, from, place) && k->ok;
	k->ok = check_in_route(k->now, item, place) && k->ok;
	k->ok = (old != NULL || check_listener(k->file, item, place)) && k->ok;
	keep_file_only(k->file, item, from, old != NULL);
	for (struct item *i = item->first; i != NULL; i = i->next) {
		struct conf_place section = conf_place_key(place, i->kind->section);
		struct conf_place own = conf_place_key(&section, i->name);

		text_printf(path, "%s%s/%s", len > 0 ? "/" : "", i->kind->section, i->name);
		keep_all(k, i, path, i->kind->unnamed ? &section : &own);
		text_truncate(path, len);
	}
}

static void check_one(const struct item *item, const struct conf_place *place, void *arg)
{
	if (item->kind->check != NULL)
		item->kind->check(arg, item, place);
}

static void check_all(struct config_file *file, struct item *item, const char *path,
		      const struct config *now, const struct conf_place *place)
{
	struct keep k = { file, now, true };
	struct text at;

	text_init(&at);
	text_puts(&at, path);
	keep_all(&k, item, &at, place);
	text_close(&at);
	check_one(item, place, file);
	item_each(item, place, &(struct item_visit){ check_one, file });
}

/* A child of the parent of the path; `place` is that of the parent. */
static struct item *read_below(struct config_file *file, struct item *parent,
			       const struct object_kind *kind, const char *name,
			       const struct node *tree, const struct conf_place *place)
{
	struct node *section = section_with(file, kind, name, tree);

	if (kind->read != NULL)
		kind->read(file, kind, parent, section, place);
	else
		item_read_named(file, kind, parent, section, place);
	return parent->last;
}

static struct item *read_at(struct config_file *file, const struct config *now, const char *path,
			    const struct node *tree, const struct conf_place *top)
{
	size_t above;
	const struct object_kind *kind = config_path_kind(path, &above);
	const char *name = strchr(path + above + (above > 0), '/') + 1;
	struct conf_place section = conf_place_key(top, kind->section);
	struct conf_place own = conf_place_key(&section, name);
	struct item *item;

	if (above == 0) {
		item = read_below(file, file->root, kind, name, tree, top);
		if (item != NULL)
			check_all(file, item, path, now, kind->single ? &section : &own);
		return item;
	}
	const char *up = arena_copy(file->arena, (struct slice){ path, above });
	const struct object *object = config_get(now, up);
	struct conf_place services = conf_place_key(top, object->kind->section);
	struct conf_place service = conf_place_key(&services, object->name);
	struct conf_place backends = conf_place_key(&service, kind->section);
	struct conf_place backend = conf_place_key(&backends, name);

	item = read_below(file, item_of(file, object), kind, name, tree, &service);
	if (item != NULL)
		check_all(file, item, path, now, &backend);
	return item;
}

struct item *config_part_read(struct config_file *file, const struct config *now,
			      const char *path, const struct node *tree,
			      struct conf_errors *errors)
{
	const struct conf_place top = { .name = "", .arena = file->arena, .errors = errors };
	unsigned before = errors->errors;
	struct item *item = read_at(file, now, path, tree, &top);

	return errors->errors == before ? item : NULL;
}

/* Keys of the tree that are no section of objects. */
static void check_sections(const struct node *tree, const struct conf_place *top)
{
	for (size_t i = 0; i < tree->count; i++) {
		struct conf_place key = conf_place_key(top, tree->keys[i]->value.data);

		if (object_kind_below(&config_settings_kind, tree->keys[i]->value) == NULL)
			conf_report(&key, CONF_ERROR, tree->keys[i], "is set in the file only");
	}
}

struct config_file *config_part_read_all(const struct config *settings_of,
					 const struct node *tree, struct arena *arena,
					 struct conf_errors *errors)
{
	struct config_file *file = config_part_new(settings_of, arena);
	const struct conf_place top = { .name = "", .arena = arena, .errors = errors };
	unsigned before = errors->errors;

	if (tree->kind != NODE_MAP) {
		conf_report(&top, CONF_ERROR, tree, "expected a mapping, not %s",
			    node_kind_name(tree));
		return NULL;
	}
	file->tree = tree;
	file->defaults = NULL;
	file->counts[0] = 1;
	check_sections(tree, &top);
	item_read_children(file, file->root, tree, &top);
	for (struct item *i = file->root->first; i != NULL; i = i->next)
		check_file_only(i, item_initial(file, i->kind), &top);
	config_check(file, &top);
	/* changes leave backends of a route behind that is gone: those are nobody's mistake */
	config_check_routes(file, CONF_WARNING, &top);
	return errors->errors == before ? file : NULL;
}
