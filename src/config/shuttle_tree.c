/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_tree.h"

#include <inttypes.h>
#include <string.h>

#include "config/item.h"
#include "config/shuttle_write.h"
#include "core/arena.h"
#include "core/endpoint.h"
#include "core/text.h"
#include "core/units.h"

static struct node *quoted(struct arena *arena, const char *text)
{
	struct node *node = node_scalar(arena, text, NULL);

	node->quoted = true;
	return node;
}

static size_t find(const struct node *map, const char *key)
{
	size_t i = 0;

	while (i < map->count && !slice_is(map->keys[i]->value, key))
		i++;
	return i;
}

/* `value` NULL: the key goes. */
static void set(struct arena *arena, struct node *map, const char *key, struct node *value)
{
	size_t at = find(map, key);

	if (value == NULL && at < map->count)
		node_remove(map, at);
	else if (value != NULL && at < map->count)
		map->items[at] = value;
	else if (value != NULL)
		node_add_pair(arena, map, quoted(arena, key), value);
}

static struct node *copy_or_new(struct arena *arena, const struct node *now)
{
	return now != NULL && now->kind == NODE_MAP ? node_copy(arena, now)
						    : node_new(arena, NODE_MAP, NULL);
}

static struct node *duration(struct arena *arena, uint64_t ms)
{
	struct text text;
	struct node *node;

	text_init(&text);
	duration_print(ms, &text);
	node = quoted(arena, text_cstr(&text));
	text_close(&text);
	return node;
}

static struct node *number(struct arena *arena, int64_t n)
{
	return node_scalar(arena, arena_printf(arena, "%" PRId64, n), NULL);
}

/* 0 is what is inherited, in the end no timeout. */
static void set_time(struct arena *arena, struct node *map, const char *key,
		     const struct shuttle_settings *s, enum shuttle_number number)
{
	set(arena, map, key, s->number[number] != 0 ? duration(arena, s->number[number]) : NULL);
}

static struct node *balance(struct arena *arena, const char *word)
{
	if (strcmp(word, "RR") == 0)
		word = "round_robin";
	else if (strcmp(word, "LC") == 0)
		word = "least_connections";
	return quoted(arena, word);
}

/* The first of its addresses is the one that shuttle's clients see. */
static void set_listen(struct arena *arena, struct node *map, const char *address)
{
	size_t at = find(map, "listen");
	struct node *list, *first;

	if (address[0] == '\0') {
		/* nobody can connect to it: shuttle listened on a random port */
		set(arena, map, "listen", NULL);
		return;
	}
	if (at == map->count || map->items[at]->kind != NODE_LIST || map->items[at]->count == 0) {
		list = node_new(arena, NODE_LIST, NULL);
		node_add(arena, list, quoted(arena, address));
	} else {
		list = node_copy(arena, map->items[at]);
		first = list->items[0];
		if (first->kind == NODE_MAP) {
			list->items[0] = node_copy(arena, first);
			set(arena, list->items[0], "address", quoted(arena, address));
		} else {
			list->items[0] = quoted(arena, address);
		}
	}
	set(arena, map, "listen", list);
}

static void set_check(struct arena *arena, struct node *map, const struct shuttle_settings *s)
{
	size_t at = find(map, "check");
	struct node *now = at < map->count ? map->items[at] : NULL, *check;

	if (s->number[SHUTTLE_CHECK_INTERVAL] == 0) {
		set(arena, map, "check", node_scalar(arena, "off", NULL));
		return;
	}
	check = copy_or_new(arena, now);
	if (now == NULL || now->kind != NODE_MAP)
		set(arena, check, "initial", quoted(arena, "up"));
	set(arena, check, "interval", duration(arena, s->number[SHUTTLE_CHECK_INTERVAL]));
	set(arena, check, "rise", number(arena, (int64_t)s->number[SHUTTLE_RISE]));
	set(arena, check, "fall", number(arena, (int64_t)s->number[SHUTTLE_FALL]));
	set(arena, map, "check", check);
}

/* UDP is not in this version; other words are none. */
static bool check_network(const char *network, const char *path, struct conf_errors *errors)
{
	if (network == NULL || slice_is_among(slice_of(network), "tcp tcp4 tcp6") ||
	    network[0] == '\0')
		return true;
	if (slice_is_among(slice_of(network), "udp udp4 udp6"))
		conf_fail(errors, CONF_ERROR, NULL, path,
			  "network '%s': UDP services are not in this version", network);
	else
		conf_fail(errors, CONF_ERROR, NULL, path, "Error: unknown network '%s'", network);
	return false;
}

static void set_kept(struct arena *arena, struct node *map, bool any, struct text *kept)
{
	set(arena, map, "shuttle", any ? quoted(arena, text_cstr(kept)) : NULL);
	text_close(kept);
}

/* A check is of an address. Of the name that the backend has: of each of its addresses. */
static void set_backend_check(struct arena *arena, struct node *map,
			      const struct shuttle_backend *backend)
{
	struct node *check = node_new(arena, NODE_MAP, NULL);
	struct endpoint to, at;
	const char *why;

	if (backend->check_address[0] == '\0')
		check = node_scalar(arena, "off", NULL);
	else if (endpoint_parse(slice_of(backend->check_address), &at, NULL, arena, &why) &&
		 endpoint_parse(slice_of(backend->address), &to, NULL, arena, &why) &&
		 at.type == ENDPOINT_NAME && to.type == ENDPOINT_NAME && !at.client_port &&
		 slice_equal(at.name, to.name))
		set(arena, check, "port", number(arena, at.port));
	else
		set(arena, check, "address", quoted(arena, backend->check_address));
	set(arena, map, "check", check);
}

struct node *shuttle_tree_backend(const struct shuttle_backend *backend, const struct node *now,
				  struct arena *arena, struct conf_errors *errors)
{
	struct node *map = copy_or_new(arena, now);
	struct text kept;

	if (!check_network(backend->network, "", errors))
		return NULL;
	set(arena, map, "address", quoted(arena, backend->address));
	set(arena, map, "weight", backend->weight != 1 ? number(arena, backend->weight) : NULL);
	set_backend_check(arena, map, backend);
	text_init(&kept);
	set_kept(arena, map, shuttle_write_kept_backend(backend, &kept), &kept);
	return map;
}

/* The last of those with one name counts, in the place of the first. */
static bool set_backends(struct arena *arena, struct node *map, const struct shuttle_service *s,
			 struct conf_errors *errors)
{
	size_t at = find(map, "backends");
	const struct node *now = at < map->count ? map->items[at] : NULL;
	struct node *backends = node_new(arena, NODE_MAP, NULL);

	for (size_t i = 0; i < s->backend_count; i++) {
		const struct shuttle_backend *b = &s->backends[i];
		const struct node *old = now != NULL ? node_get(now, b->name) : NULL;
		struct node *tree = shuttle_tree_backend(b, old, arena, errors);

		if (tree == NULL)
			return false;
		set(arena, backends, b->name, tree);
	}
	set(arena, map, "backends", backends);
	return true;
}

struct node *shuttle_tree_service(const struct shuttle_service *service, const struct node *now,
				  struct arena *arena, struct conf_errors *errors)
{
	struct node *map = copy_or_new(arena, now);
	const struct shuttle_settings *s = &service->settings;
	struct text kept;

	if (!check_network(service->network, "", errors))
		return NULL;
	set_listen(arena, map, service->address);
	set(arena, map, "balance", balance(arena, s->balance));
	set_check(arena, map, s);
	set_time(arena, map, "client_timeout", s, SHUTTLE_CLIENT_TIMEOUT);
	set_time(arena, map, "server_timeout", s, SHUTTLE_SERVER_TIMEOUT);
	set_time(arena, map, "connect_timeout", s, SHUTTLE_CONNECT_TIMEOUT);
	text_init(&kept);
	set_kept(arena, map, shuttle_write_kept(service, &kept), &kept);
	return set_backends(arena, map, service, errors) ? map : NULL;
}

struct node *shuttle_tree_globals(const struct shuttle_settings *globals, struct arena *arena)
{
	struct node *map = node_new(arena, NODE_MAP, NULL);
	static const enum shuttle_number counts[] = { SHUTTLE_FALL, SHUTTLE_RISE };
	static const char *const names[] = { "fall", "rise" };

	if (globals->balance != NULL)
		set(arena, map, "balance", balance(arena, globals->balance));
	set_time(arena, map, "check_interval", globals, SHUTTLE_CHECK_INTERVAL);
	for (size_t i = 0; i < COUNT(counts); i++) {
		if (globals->number[counts[i]] != 0)
			set(arena, map, names[i],
			    number(arena, (int64_t)globals->number[counts[i]]));
	}
	set_time(arena, map, "client_timeout", globals, SHUTTLE_CLIENT_TIMEOUT);
	set_time(arena, map, "server_timeout", globals, SHUTTLE_SERVER_TIMEOUT);
	set_time(arena, map, "connect_timeout", globals, SHUTTLE_CONNECT_TIMEOUT);
	return map;
}

bool shuttle_tree_check_name(const char *kind, const char *name, struct conf_errors *errors)
{
	const char *problem = item_name_problem(name);

	if (problem != NULL)
		conf_fail(errors, CONF_ERROR, NULL, "", "%s %s: %s", kind,
			  conf_show(errors->arena, slice_of(name)), problem);
	return problem == NULL;
}

const char *shuttle_tree_ignored(const struct shuttle_service *s, struct arena *arena)
{
	const struct {
		const char *name;
		bool        said;
	} fields[] = {
		{ "virtual_hosts", s->virtual_hosts != NULL && s->virtual_hosts->count != 0 },
		{ "error_pages", s->error_pages != NULL && s->error_pages->count != 0 },
		{ "https-redirect", s->settings.https_redirect },
		{ "maintenance_mode", s->maintenance_mode },
		{ "network", s->network != NULL && s->network[0] != '\0' &&
				     strcmp(s->network, SHUTTLE_NETWORK) != 0 },
	};
	const char *names = NULL;

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (fields[i].said)
			names = names == NULL ? fields[i].name
					      : arena_printf(arena, "%s, %s", names,
							     fields[i].name);
	}
	return names;
}
