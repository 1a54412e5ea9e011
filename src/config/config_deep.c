/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration names and the system must have: users, groups,
 * folders. Looked up and left alone: nothing is made, bound or opened here.
 */
#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_cache.h"
#include "config/config_fanout.h"
#include "config/config_ids.h"
#include "config/config_load.h"
#include "config/config_parts.h"
#include "config/config_rows.h"
#include "config/config_subscription.h"
#include "config/config_uwsgi.h"
#include "core/arena.h"
#include "core/capability.h"
#include "core/credentials.h"
#include "core/map_lines.h"

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
		conf_report(&key, CONF_ERROR, value_of(map, "user"),
			    "there is no user %s; write user: %.*s and group: %s", name,
			    (int)(colon - name), name, colon + 1);
	else if (name != NULL && getpwnam(name) == NULL)
		conf_report(&key, CONF_ERROR, value_of(map, "user"), "there is no user %s", name);
}

static void check_group(const char *name, const struct node *map, const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "group");

	if (name != NULL && getgrnam(name) == NULL)
		conf_report(&key, CONF_ERROR, value_of(map, "group"), "there is no group %s", name);
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
		conf_report(place, CONF_ERROR, node, "folder %s: %s", folder, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		conf_report(place, CONF_ERROR, node, "%s is not a folder", folder);
	else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		conf_report(place, CONF_ERROR, node, "%s is a folder", path);
}

/* Only requests whose bodies go to a file need it; it may be mounted later. */
static void check_body_folder(const char *folder, const struct node *node,
			      const struct conf_place *place)
{
	struct stat st;
	const char *why = NULL;

	if (folder == NULL)	/* an error that was told */
		return;
	if (stat(folder, &st) != 0)
		why = strerror(errno);
	else if (!S_ISDIR(st.st_mode))
		why = strerror(ENOTDIR);
	if (why != NULL)
		conf_report(place, CONF_WARNING, node,
			    "folder %s: %s; requests whose bodies go to files are closed", folder,
			    why);
}

static void check_log(const struct log_target *target, const struct node *map, const char *name,
		      const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, name);
	const struct node *block = value_of(map, name);

	if (target->to == LOG_TO_FILE)
		check_folder(target->path, value_of(block, "to"), &key);
}

/* Each write puts a new file in its place: a link would be gone, a device would be none. */
static void check_state(const char *path, const char *name, const struct node *map,
			const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, name);
	const struct node *node = value_of(map, name);
	struct stat st;

	if (path == NULL)
		return;
	check_folder(path, node, &key);
	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return;
	if (S_ISLNK(st.st_mode))
		conf_report(&key, CONF_ERROR, node,
			    "%s is a symbolic link; write the path that it leads to", path);
	else
		conf_report(&key, CONF_ERROR, node, "%s is no regular file", path);
}

static bool same_target(const struct log_target *a, const struct log_target *b)
{
	return config_logs_id(a) == config_logs_id(b);
}

static void check_bodies(const struct service_conf *conf, const struct node *map,
			 const struct conf_place *place)
{
	const struct uwsgi_conf *own = (const void *)conf->own;
	struct conf_place block = conf_place_key(place, "post_buffering");
	struct conf_place key = conf_place_key(&block, "dir");

	if (config_protocols.uwsgi(conf->protocol) && own->body.on)
		check_body_folder(own->body.dir, value_of(value_of(map, "post_buffering"), "dir"),
				  &key);
}

/* It may be made later: heddle starts without it, and reads it when it is there. */
void config_deep_cache(const struct config_file *file, const struct item *cache,
		       const struct conf_place *place)
{
	const struct cache_conf *conf = cache->conf;
	struct conf_place key = conf_place_key(place, "file");
	const char *why;
	int fd = conf->file != NULL ? map_lines_open(conf->file, &why) : -1;

	(void)file;
	if (fd != -1)
		close(fd);
	else if (conf->file != NULL)
		conf_report(&key, CONF_WARNING, cache->node, "%s: %s", conf->file, why);
	check_state(conf->persist, "persist", cache->node, place);
	config_deep_route_cache(cache, place);
}

void config_deep_service(const struct config_file *file, const struct item *service,
				 const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;

	/* Inherited ones have been looked at. */
	if (!same_target(&conf->access_log.to, &file->defaults->access_log.to))
		check_log(&conf->access_log.to, service->node, "access_log", place);
	check_bodies(conf, service->node, place);
}

static void check_listener(const struct listen_conf *conf, const struct node *node,
			   const struct conf_place *place)
{
	check_user(conf->user, node, place);
	check_group(conf->group, node, place);
	if (conf->addr.kind == ADDR_UNIX)
		check_folder(conf->addr.u.un.sun_path, node, place);
}

/* It may come later, so that is no error. */
static void check_interface(const char *name, const struct node *map,
			    const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "interface");

	if (name != NULL && if_nametoindex(name) == 0)
		conf_report(&key, CONF_WARNING, map, "there is no interface %s now", name);
}

void config_deep_fanout(const struct config_file *file, const struct item *fanout,
			const struct conf_place *place)
{
	const char *why = capability_spoofing_problem();
	struct conf_place key = conf_place_key(place, "source");
	struct conf_place targets = conf_place_key(place, "targets");
	const struct item *target = item_first(fanout, &config_target_kind);

	(void)file;
	if (((const struct fanout_conf *)fanout->conf)->source == FANOUT_KEEP && why != NULL)
		conf_report(&key, CONF_ERROR, value_of(fanout->node, "source"), "keep %s", why);
	for (; target != NULL; target = item_next(target))
		check_interface(((const struct fanout_target_conf *)target->conf)->interface,
				target->node, &targets);
}

void config_deep_listener(const struct config_file *file, const struct item *listener,
				  const struct conf_place *own)
{
	const struct listen_conf *conf = listener->conf;
	const struct conf_place *place = own->outer;	/* "services.web.listen" */

	(void)file;
	check_listener(conf, listener->node, place);
	if (listener->kind == &config_fanout_listener_kind ||
	    listener->kind == &config_subscription_listener_kind)
		check_interface(((const struct datagram_listen_conf *)listener->conf)->interface,
				listener->node, place);
}

static void check_is_folder(const char *path, const struct node *node,
			    const struct conf_place *place)
{
	struct stat st;

	if (stat(path, &st) != 0)
		conf_report(place, CONF_ERROR, node, "folder %s: %s", path, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		conf_report(place, CONF_ERROR, node, "%s is not a folder", path);
}

static void check_folders(const char *at, const struct node *node, const struct conf_place *place)
{
	struct slice folder;

	while ((folder = config_ids_next_folder(&at)).len != 0)
		check_is_folder(arena_copy(place->arena, folder), node, place);
}

void config_deep_subscription(const struct config_file *file, const struct item *server,
			      const struct conf_place *place)
{
	const struct subscription_conf *conf = server->conf;
	struct conf_place sign = conf_place_key(place, "sign");
	struct conf_place keys = conf_place_key(&sign, "keys");
	struct conf_place credentials = conf_place_key(place, "credentials");
	struct conf_place check = conf_place_key(&credentials, "check");
	bool needed = conf->credentials.on || (conf->sign.on && conf->sign.skip_uids != NULL);

	(void)file;
	if (conf->sign.on && conf->sign.keys != NULL)
		check_is_folder(conf->sign.keys, server->node, &keys);
	if (conf->credentials.on)
		check_folders(conf->credentials.check, server->node, &check);
	if (needed && !credentials_exist())
		conf_report(conf->credentials.on ? &credentials : &sign, CONF_ERROR, server->node,
			    "this system does not tell who has sent a datagram");
}

static void check_admin(const struct admin_conf *admin, const struct config_file *file,
			const struct conf_place *top)
{
	struct conf_place key = conf_place_key(top, "admin");
	struct conf_place listen = conf_place_key(&key, "listen");
	const struct node *node = node_get(file->tree, "admin");

	node = node != NULL ? node_get(node, "listen") : NULL;
	for (uint32_t i = 0; i < admin->listen.count && node != NULL; i++) {
		struct conf_place item = conf_place_item(&listen, i);
		bool list = node->kind == NODE_LIST;

		check_listener(&admin->listen.at[i].use, list ? node->items[i] : node,
			       list ? &item : &listen);
	}
}

void config_deep_identity(const struct config_file *file, struct conf_errors *errors)
{
	static const char *const names[] = { "user", "group" };

	for (size_t i = 0; i < COUNT(names) && geteuid() != 0; i++) {
		const struct node *node = node_get(file->tree, names[i]);

		if (node != NULL)
			conf_fail(errors, CONF_WARNING, node, names[i],
				  "has no effect: heddle is not started as root");
	}
}

void config_deep_settings(const struct config_file *file, const struct item *root,
				  const struct conf_place *top)
{
	const struct settings *s = root->conf;
	struct conf_place defaults = conf_place_key(top, "defaults");

	check_user(s->user, file->tree, top);
	check_group(s->group, file->tree, top);
	check_admin(&s->admin, file, top);
	check_log(&s->log.to, file->tree, "log", top);
	check_log(&s->access_log.to, file->tree, "access_log", top);
	check_state(s->state, "state", file->tree, top);
	check_state(s->shuttle_state, "shuttle_state", file->tree, top);
	if (!same_target(&file->defaults->access_log.to, &s->access_log.to))
		check_log(&file->defaults->access_log.to, file->defaults_node, "access_log",
			  &defaults);
}
