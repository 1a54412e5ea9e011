/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heddle's own files must not be each other: a log in the pid file drops its lock (POSIX locks
 * end when any descriptor of the file is closed), one in the configuration ruins that, and a
 * listener in the place of the control socket takes it away.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "config/config_cache.h"
#include "config/config_load.h"
#include "config/config_parts.h"
#include "core/arena.h"

/* Besides those of the configuration: pid file, socket, four of the state, four of the API. */
#define OWN_FILES 10
#define CACHE_FILES 2	/* of each cache */

struct own_file {
	const char *path;
	const char *what;
	bool        exists;
	struct stat st;
};

struct own_files {
	struct own_file *list;
	size_t           count;
};

bool config_files_control_socket(const char *pid_file, char *out, size_t size)
{
	size_t len = strlen(pid_file);
	int n;

	if (len > 4 && strcmp(pid_file + len - 4, ".pid") == 0)
		len -= 4;
	n = snprintf(out, size, "%.*s.sock", (int)len, pid_file);
	return n > 0 && (size_t)n < size;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool same_folder(const char *a, const char *b, struct arena *arena)
{
	struct stat one, other;
	size_t a_len = (size_t)(base_name(a) - a), b_len = (size_t)(base_name(b) - b);

	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return true;
	return a_len > 0 && b_len > 0 &&
	       stat(arena_copy(arena, (struct slice){ a, a_len }), &one) == 0 &&
	       stat(arena_copy(arena, (struct slice){ b, b_len }), &other) == 0 &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static void add(struct own_files *own, const char *path, const char *what)
{
	struct own_file *f = &own->list[own->count++];

	f->path = path;
	f->what = what;
	f->exists = stat(path, &f->st) == 0;
}

/* By any name, links included; a file that is not there yet by its folder and name. */
static const char *taken_by(const struct own_files *own, const char *path, struct arena *arena)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;

	for (size_t i = 0; i < own->count; i++) {
		const struct own_file *f = &own->list[i];

		if (exists && f->exists) {
			if (st.st_dev == f->st.st_dev && st.st_ino == f->st.st_ino)
				return f->what;
		} else if (strcmp(base_name(path), base_name(f->path)) == 0 &&
			   same_folder(path, f->path, arena)) {
			return f->what;
		}
	}
	return NULL;
}

static void check(const struct own_files *own, const char *path, const struct node *node,
		  const struct conf_place *place)
{
	const char *what = taken_by(own, path, place->arena);

	if (what != NULL)
		conf_report(place, CONF_ERROR, node, "%s is %s already", path, what);
}

static const struct node *inner(const struct node *map, const char *key)
{
	const struct node *node = map != NULL && map->kind == NODE_MAP ? node_get(map, key) : NULL;

	return node != NULL ? node : map;
}

static void check_log(const struct own_files *own, const struct log_target *target,
		      const struct node *map, const char *name, const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, name);

	if (target->to == LOG_TO_FILE)
		check(own, target->path, inner(inner(map, name), "to"), &key);
}

struct visit {
	struct own_files         *own;
	const struct config_file *file;
};

/* The file of `persist`, and the name that a new one has until it is whole. */
static void check_persist(const struct item *item, const struct conf_place *place, void *arg)
{
	const struct visit *v = arg;
	const struct cache_conf *cache = item->conf;
	struct conf_place key = conf_place_key(place, "persist");
	const struct node *node = inner(item->node, "persist");
	const char *fresh;

	if (item->kind != &config_cache_kind || cache->persist == NULL)
		return;
	fresh = arena_printf(place->arena, "%s.new", cache->persist);
	check(v->own, cache->persist, node, &key);
	check(v->own, fresh, node, &key);
	add(v->own, cache->persist, arena_printf(place->arena, "the file that caches.%s persists "
						 "in", item->name));
	add(v->own, fresh, arena_printf(place->arena, "the next file that caches.%s persists in",
					item->name));
}

/* What a cache reads would be written over. */
static void check_cache(const struct visit *v, const struct item *item,
			const struct conf_place *place)
{
	const struct cache_conf *cache = item->conf;
	struct conf_place file = conf_place_key(place, "file");
	struct conf_place script = conf_place_key(place, "script");

	if (cache->file != NULL)
		check(v->own, cache->file, inner(item->node, "file"), &file);
	if (cache->script != NULL)
		check(v->own, cache->script, inner(item->node, "script"), &script);
}

static void check_one(const struct item *item, const struct conf_place *place, void *arg)
{
	const struct visit *v = arg;

	if (item->kind == &config_service_kind) {
		const struct service_conf *service = item->conf;
		const struct log_target *to = &service->access_log.to;

		if (config_logs_id(to) != config_logs_id(&v->file->settings->access_log.to))
			check_log(v->own, to, item->node, "access_log", place);
	} else if (item->kind == &config_cache_kind) {
		check_cache(v, item, place);
	} else if (item->kind->listens) {
		const struct addr *addr = &((const struct listen_conf *)item->conf)->addr;

		if (addr->kind == ADDR_UNIX)
			check(v->own, addr->u.un.sun_path, item->node, place->outer);
	}
}

static void check_pid_file(struct own_files *own, const struct config_file *file,
			   const struct conf_place *top)
{
	struct conf_place key = conf_place_key(top, "pid_file");
	const struct node *node = inner(file->tree, "pid_file");
	const char *path = file->settings->pid_file;
	char socket[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

	check(own, path, node, &key);
	add(own, path, "the pid file");
	if (config_files_control_socket(path, socket, sizeof(socket)))
		add(own, arena_strdup(top->arena, socket), "the control socket");
	else
		conf_report(&key, CONF_ERROR, node,
			    "the path of the control socket beside %s is longer than %zu", path,
			    sizeof(socket) - 1);
}

/* The names beside it that are used too: os/durable_file.h. */
static void check_state(struct own_files *own, const struct config_file *file, const char *name,
			const char *path, const struct conf_place *top)
{
	struct conf_place key = conf_place_key(top, name);
	const struct node *node = inner(file->tree, name);
	const char *old = arena_printf(top->arena, "%s.old", path);

	check(own, path, node, &key);
	check(own, old, node, &key);
	add(own, path, "the state file");
	add(own, old, "the state file of before");
}

/* The files of the API, and then its unix sockets: they must not take the place of any of ours. */
static void check_admin(struct own_files *own, const struct config_file *file,
			const struct conf_place *top)
{
	const struct admin_conf *admin = &file->settings->admin;
	struct conf_place key = conf_place_key(top, "admin");
	struct conf_place listen = conf_place_key(&key, "listen");
	const struct { const char *path, *what; } files[] = {
		{ admin->tls.certificate, "the certificate of the API" },
		{ admin->tls.key, "the key of the API" },
		{ admin->tls.client_ca, "the authorities of the API's clients" },
		{ admin->tokens, "the file of the tokens" },
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		if (files[i].path != NULL)
			add(own, files[i].path, files[i].what);
	}
	for (uint32_t i = 0; i < admin->listen.count; i++) {
		const struct addr *addr = &admin->listen.at[i].use.addr;

		if (addr->kind == ADDR_UNIX)
			check(own, addr->u.un.sun_path, inner(inner(file->tree, "admin"), "listen"),
			      &listen);
	}
}

void config_check_files(const struct config_file *file, const struct conf_place *top)
{
	const struct settings *s = file->settings;
	const struct conf_errors *read = top->errors;
	struct own_files own = { .count = 0 };
	struct visit visit = { &own, file };
	size_t most = read->file_count + OWN_FILES +
		      CACHE_FILES * item_count(file, &config_cache_kind);

	own.list = arena_alloc(top->arena, most * sizeof(*own.list));
	for (size_t i = 0; i < read->file_count; i++)
		add(&own, read->files[i], "a file of the configuration");
	if (s->pid_file != NULL)
		check_pid_file(&own, file, top);
	if (file->settings->state != NULL)
		check_state(&own, file, "state", file->settings->state, top);
	if (file->settings->shuttle_state != NULL)
		check_state(&own, file, "shuttle_state", file->settings->shuttle_state, top);
	item_each(file->root, top, &(struct item_visit){ check_persist, &visit });
	check_admin(&own, file, top);
	check_log(&own, &s->log.to, file->tree, "log", top);
	check_log(&own, &s->access_log.to, file->tree, "access_log", top);
	item_each(file->root, top, &(struct item_visit){ check_one, &visit });
}
