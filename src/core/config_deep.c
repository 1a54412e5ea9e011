/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration names and the system must have: users, groups,
 * folders. Looked up and left alone: nothing is made, bound or opened here.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/config_parts.h"

/* The node of a directive, or the one around it. */
static const struct node *value_of(const struct node *map, const char *key)
{
	const struct node *node = map != NULL && map->kind == NODE_MAP ? node_get(map, key) : NULL;

	return node != NULL ? node : map;
}

static void check_user(const char *name, const struct node *map, const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "user");

	const char *colon = name != NULL ? strchr(name, ':') : NULL;

	if (colon != NULL)
		conf_tell(&key, CONF_ERROR, value_of(map, "user"),
			  "there is no user %s; write user: %.*s and group: %s", name,
			  (int)(colon - name), name, colon + 1);
	else if (name != NULL && getpwnam(name) == NULL)
		conf_tell(&key, CONF_ERROR, value_of(map, "user"), "there is no user %s", name);
}

static void check_group(const char *name, const struct node *map, const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "group");

	if (name != NULL && getgrnam(name) == NULL)
		conf_tell(&key, CONF_ERROR, value_of(map, "group"), "there is no group %s", name);
}

/* The folder that a file or socket will be made in. */
static void check_folder(const char *path, const struct node *node, const struct conf_place *place)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (slash == NULL)
		return;
	size_t len = slash == path ? 1 : (size_t)(slash - path);
	const char *folder = arena_copy(place->arena, (struct slice){ path, len });

	if (stat(folder, &st) != 0)
		conf_tell(place, CONF_ERROR, node, "folder %s: %s", folder, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		conf_tell(place, CONF_ERROR, node, "%s is not a folder", folder);
	else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		conf_tell(place, CONF_ERROR, node, "%s is a folder", path);
}

static void check_log(const struct log_target *target, const struct node *map, const char *name,
		      const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, name);
	const struct node *block = value_of(map, name);

	if (target->to == LOG_TO_FILE)
		check_folder(target->path, value_of(block, "to"), &key);
}

static bool same_target(const struct log_target *a, const struct log_target *b)
{
	return access_target_id(a) == access_target_id(b);
}

static void check_service(const struct service_conf *service, const struct config *config,
			  const struct conf_place *services)
{
	struct conf_place place = conf_place_key(services, service->name);
	struct conf_place key = conf_place_key(&place, "listen");

	/* Inherited ones have been looked at. */
	if (!same_target(&service->access_log.to, &config->defaults.access_log.to))
		check_log(&service->access_log.to, service->node, "access_log", &place);
	for (size_t i = 0; i < service->listens; i++) {
		const struct listen_conf *listen = &service->listen[i];

		check_user(listen->user, listen->node, &key);
		check_group(listen->group, listen->node, &key);
		if (listen->addr.kind == ADDR_UNIX)
			check_folder(listen->addr.u.un.sun_path, listen->node, &key);
	}
}

void config_check_identity(const struct config *config, struct conf_errors *errors)
{
	static const char *const names[] = { "user", "group" };

	for (size_t i = 0; i < COUNT(names) && geteuid() != 0; i++) {
		const struct node *node = node_get(config->tree, names[i]);

		if (node != NULL)
			conf_fail(errors, CONF_WARNING, node, names[i],
				  "has no effect: heddle is not started as root");
	}
}

void config_check_system(const struct config *config, const struct conf_place *top)
{
	const struct settings *s = &config->settings;
	struct conf_place services = conf_place_key(top, "services");
	struct conf_place defaults = conf_place_key(top, "defaults");

	check_user(s->user, config->tree, top);
	check_group(s->group, config->tree, top);
	check_log(&s->log.to, config->tree, "log", top);
	check_log(&s->access_log.to, config->tree, "access_log", top);
	if (!same_target(&config->defaults.access_log.to, &s->access_log.to))
		check_log(&config->defaults.access_log.to, config->defaults.node, "access_log",
			  &defaults);
	for (size_t i = 0; i < config->count; i++)
		check_service(&config->services[i].conf, config, &services);
}
