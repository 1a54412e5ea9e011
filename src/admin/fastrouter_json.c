/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_json.h"

#include "admin/fastrouter_head.h"
#include "admin/fastrouter_node.h"
#include "admin/model.h"
#include "config/config.h"
#include "config/config_uwsgi.h"
#include "core/pool_table.h"
#include "core/text.h"
#include "proxy/node_route_kind.h"
#include "proxy/registry.h"
#include "proxy/service.h"
#include "proxy/service_nodes.h"

#define STEPS 1000		/* entries and empty buckets, or nodes, of a piece */
#define PIECE_BYTES 32768	/* about so many: one entry may be long */

void fastrouter_json_open(struct fastrouter_json *j, struct handle service, bool minified)
{
	*j = (struct fastrouter_json){ .service = service, .write = { .minified = minified } };
}

void fastrouter_json_close(struct fastrouter_json *j)
{
	service_walk_end(&j->nodes);
}

/* NULL: it was removed. */
static const struct service *find(struct handle handle)
{
	const struct service *s = handle.index != HANDLE_NONE ? registry_service(handle.index)
							      : NULL;

	return s != NULL && handle_equal(s->handle, handle) ? s : NULL;
}

static bool has_servers(const struct service *s)
{
	for (uint32_t i = 0; i < s->routes.count; i++)
		if (node_route_kind_subscribes(s->routes.list[i]->kind))
			return true;
	return false;
}

static void begin_servers(struct fastrouter_json *j, const struct service *s)
{
	j->part = FASTROUTER_END;
	if (s == NULL || !has_servers(s))
		return;
	j->part = FASTROUTER_SERVERS;
	fastrouter_write_open(&j->write, "subscriptions", '[');
}

static void begin(struct fastrouter_json *j, const struct service *s)
{
	fastrouter_head_put(&j->write, s);
	if (s == NULL || !fastrouter_node_any_static(s)) {
		begin_servers(j, s);
		return;
	}
	j->part = FASTROUTER_NODES;
	service_walk_one(&j->nodes, s);
	(void)service_walk_next(&j->nodes);
	fastrouter_write_open(&j->write, "static_nodes", '[');
}

static void put_nodes(struct fastrouter_json *j, const struct service *s)
{
	struct service_walk_place place;

	for (unsigned i = 0; i < STEPS; i++) {
		if (!service_walk_backend(&j->nodes, &place)) {
			fastrouter_write_close(&j->write, ']');
			begin_servers(j, s);
			return;
		}
		if (fastrouter_node_is_static(place.service, place.backend))
			fastrouter_node_static(&j->write, place.backend);
	}
}

/* The next server that the routes name. */
static void next_server(struct fastrouter_json *j, const struct service *s)
{
	const struct object *object = NULL;
	const char *server = NULL;
	struct text path;

	while (s != NULL && server == NULL && j->route < s->routes.count) {
		const struct node_route *r = s->routes.list[j->route++];

		if (node_route_kind_subscribes(r->kind))
			server = r->conf->subscriptions;
	}
	if (server == NULL) {
		fastrouter_write_close(&j->write, ']');
		j->part = FASTROUTER_END;
		return;
	}
	text_init(&path);
	text_printf(&path, "subscriptions/%s", server);
	object = config_get(model_config(), text_cstr(&path));
	text_close(&path);
	if (object == NULL || !pool_table_find(server, &j->table))
		return;
	j->server = *(const struct subscription_conf *)object->conf;
	j->keys = (struct shared_walk){ .position = 0 };
	j->part = FASTROUTER_KEYS;
}

static void put_keys(struct fastrouter_json *j, struct text *out)
{
	static struct shared_entry entry;
	enum shared_next next = SHARED_NEXT_ENTRY;

	j->keys.steps = STEPS;
	for (unsigned i = 0; i < STEPS && next == SHARED_NEXT_ENTRY && out->len < PIECE_BYTES;
	     i++) {
		next = shared_table_next(&j->table, &j->keys, &entry);
		if (next == SHARED_NEXT_ENTRY)
			fastrouter_node_key(&j->write, &entry, &j->server);
	}
	if (next == SHARED_NEXT_END)
		j->part = FASTROUTER_SERVERS;
}

static void put_end(struct fastrouter_json *j, const struct service *s)
{
	fastrouter_write_number(&j->write, "cheap", s != NULL && service_nodes_wait(s));
	fastrouter_write_close(&j->write, '}');
}

bool fastrouter_json_next(struct fastrouter_json *j, struct text *out)
{
	const struct service *s = find(j->service);

	j->write.out = out;
	switch (j->part) {
	case FASTROUTER_HEAD:
		begin(j, s);
		break;
	case FASTROUTER_NODES:
		put_nodes(j, s);
		break;
	case FASTROUTER_SERVERS:
		next_server(j, s);
		break;
	case FASTROUTER_KEYS:
		put_keys(j, out);
		break;
	case FASTROUTER_END:
		put_end(j, s);
		return false;
	}
	return true;
}
