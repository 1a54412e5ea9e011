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

#include "core/arena.h"
#include "core/config_parts.h"

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

bool config_control_socket(const char *pid_file, char *out, size_t size)
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
		conf_tell(place, CONF_ERROR, node, "%s is %s already", path, what);
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

static void check_service(const struct own_files *own, const struct service_conf *service,
			  const struct settings *settings, const struct conf_place *services)
{
	struct conf_place place = conf_place_key(services, service->name);
	struct conf_place key = conf_place_key(&place, "listen");

	if (access_target_id(&service->access_log.to) !=
	    access_target_id(&settings->access_log.to))
		check_log(own, &service->access_log.to, service->node, "access_log", &place);
	for (size_t i = 0; i < service->listens; i++) {
		const struct listen_conf *listen = &service->listen[i];

		if (listen->addr.kind == ADDR_UNIX)
			check(own, listen->addr.u.un.sun_path, listen->node, &key);
	}
}

static void check_pid_file(struct own_files *own, const struct config *config,
			   const struct conf_place *top)
{
	struct conf_place key = conf_place_key(top, "pid_file");
	const struct node *node = inner(config->tree, "pid_file");
	const char *path = config->settings.pid_file;
	char socket[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

	check(own, path, node, &key);
	add(own, path, "the pid file");
	if (config_control_socket(path, socket, sizeof(socket)))
		add(own, arena_strdup(top->arena, socket), "the control socket");
	else
		conf_tell(&key, CONF_ERROR, node,
			  "the path of the control socket beside %s is longer than %zu", path,
			  sizeof(socket) - 1);
}

void config_check_files(const struct config *config, const struct conf_place *top)
{
	const struct settings *s = &config->settings;
	struct conf_place services = conf_place_key(top, "services");
	const struct conf_errors *read = top->errors;
	struct own_files own = { .count = 0 };

	own.list = arena_alloc(top->arena, (read->file_count + 2) * sizeof(*own.list));
	for (size_t i = 0; i < read->file_count; i++)
		add(&own, read->files[i], "a file of the configuration");
	if (s->pid_file != NULL)
		check_pid_file(&own, config, top);
	check_log(&own, &s->log.to, config->tree, "log", top);
	check_log(&own, &s->access_log.to, config->tree, "access_log", top);
	for (size_t i = 0; i < config->count; i++)
		check_service(&own, &config->services[i].conf, s, &services);
}
