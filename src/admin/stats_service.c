/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "admin/changed.h"
#include "admin/listening.h"
#include "admin/model.h"
#include "admin/rates.h"
#include "admin/service_status.h"
#include "admin/stats.h"
#include "config/config.h"
#include "config/config_types.h"
#include "core/addr.h"
#include "core/scoreboard.h"
#include "proxy/service.h"

static void set_count(json_t *object, const char *name, uint64_t value)
{
	json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void add_address(const struct addr *addr, void *list)
{
	char buf[ADDR_TEXT];

	json_array_append_new(list, json_string(addr_print(addr, buf, sizeof(buf))));
}

static json_t *listen_list(const struct service *s)
{
	json_t *list = json_array();

	listening_each(s->handle, add_address, list);
	return list;
}

struct missing {
	const json_t *open;
	json_t       *list;
};

static void add_missing(const struct config_node *child, void *arg)
{
	const struct object *object = config_object(child);
	const struct listen_conf *conf = object->conf;
	struct missing *m = arg;
	char buf[ADDR_TEXT];
	json_t *open;
	size_t i;

	if (object->kind != &config_listener_kind)
		return;
	addr_print(&conf->addr, buf, sizeof(buf));
	json_array_foreach(m->open, i, open) {
		if (strcmp(json_string_value(open), buf) == 0)
			return;
	}
	json_array_append_new(m->list, json_string(buf));
}

/* Configured, and in use by another program at the start: process/listen_wait.h. */
static json_t *not_listening(const struct service *s, const json_t *open)
{
	struct missing m = { open, json_array() };
	const struct config_node *node = model_config() != NULL ?
			config_at(model_config(), s->object->key) : NULL;

	if (node != NULL)
		config_each_below(node, add_missing, &m);
	return m.list;
}

static json_t *changed_by(const struct service *s)
{
	const struct changed *changed = changed_last(CELL_SERVICE, s->handle);

	return json_pack("{s:I, s:s, s:o}", "generation", (json_int_t)changed->generation, "by",
			 changed->by, "at", stats_time(changed->at_ms));
}

static void set_sessions(json_t *o, const struct service *s, const struct service_cell *cell)
{
	stats_cell(o, cell_rows_service, CELL_SESSIONS, cell);
	set_count(o, "sessions_limit", s->conf->max_connections);
	json_object_set_new(o, "sessions_per_second",
			    stats_rounded(rates_sessions(s->handle.index), 100));
	stats_cell(o, cell_rows_service, CELL_TRAFFIC, cell);
	json_object_set_new(o, "queue",
			    json_pack("{s:i, s:i, s:i}", "length", 0, "peak", 0, "limit", 0));
	stats_cell(o, cell_rows_service, CELL_TIMES, cell);
}

json_t *stats_service(const struct service *s)
{
	struct service_status status;
	json_t *o = json_object(), *listen;

	service_status_read(&status, s);
	json_object_set_new(o, "status", json_string(status.word));
	json_object_set_new(o, "since",
			    stats_time(status.since_ms != 0 ?
					       status.since_ms :
					       stats_load(&scoreboard_shared()->started_ms)));
	json_object_set_new(o, "protocol", json_string("tcp"));
	listen = listen_list(s);
	json_object_set_new(o, "listen", listen);
	json_object_set_new(o, "not_listening", not_listening(s, listen));
	set_count(o, "backends_up", status.up);
	set_count(o, "backends_total", status.total);
	set_count(o, "addresses_unused", status.left_out);
	set_sessions(o, s, service_cell(s->handle.index));
	json_object_set_new(o, "changed", changed_by(s));
	return o;
}
