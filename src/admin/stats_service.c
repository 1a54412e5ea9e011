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
#include "proxy/protocol.h"
#include "proxy/service.h"

static void put_item(struct json_writer *w, const char *value)
{
	json_writer_item(w);
	json_writer_string(w, value);
}

static void add_address(const struct addr *addr, void *w)
{
	char buf[ADDR_TEXT];

	put_item(w, addr_print(addr, buf, sizeof(buf)));
}

static void put_listen(struct json_writer *w, const struct service *s)
{
	json_writer_key(w, "listen");
	json_writer_open(w, '[');
	listening_each(s->handle, add_address, w);
	json_writer_close(w, ']');
}

struct wanted {
	char text[ADDR_TEXT];
	bool open;
};

static void compare(const struct addr *addr, void *arg)
{
	struct wanted *wanted = arg;
	char buf[ADDR_TEXT];

	if (!wanted->open)
		wanted->open = strcmp(addr_print(addr, buf, sizeof(buf)), wanted->text) == 0;
}

struct missing {
	const struct service *service;
	struct json_writer   *w;
};

static void add_missing(const struct config_node *child, void *arg)
{
	const struct object *object = config_object(child);
	const struct listen_conf *conf = object->conf;
	const struct missing *m = arg;
	struct wanted wanted = { .open = false };

	if (object->kind != &config_listener_kind)
		return;
	addr_print(&conf->addr, wanted.text, sizeof(wanted.text));
	listening_each(m->service->handle, compare, &wanted);
	if (!wanted.open)
		put_item(m->w, wanted.text);
}

/* Configured, and in use by another program at the start: process/listen_wait.h. */
static void put_not_listening(struct json_writer *w, const struct service *s)
{
	struct missing m = { s, w };
	const struct config_node *node = model_config() != NULL ?
			config_at(model_config(), s->object->key) : NULL;

	json_writer_key(w, "not_listening");
	json_writer_open(w, '[');
	if (node != NULL)
		config_each_below(node, add_missing, &m);
	json_writer_close(w, ']');
}

static void put_changed(struct json_writer *w, const struct service *s)
{
	const struct changed *changed = changed_last(CELL_SERVICE, s->handle);

	json_writer_key(w, "changed");
	json_writer_open(w, '{');
	stats_count(w, "generation", changed->generation);
	json_writer_put_string(w, "by", changed->by);
	json_writer_key(w, "at");
	stats_time(w, changed->at_ms);
	json_writer_close(w, '}');
}

static void put_queue(struct json_writer *w)
{
	json_writer_key(w, "queue");
	json_writer_open(w, '{');
	stats_count(w, "length", 0);
	stats_count(w, "peak", 0);
	stats_count(w, "limit", 0);
	json_writer_close(w, '}');
}

static void put_sessions(struct json_writer *w, const struct service *s,
			 const struct service_cell *cell)
{
	stats_cell(w, cell_rows_service, CELL_SESSIONS, cell);
	stats_count(w, "sessions_limit", s->conf->max_connections);
	json_writer_key(w, "sessions_per_second");
	stats_rounded(w, rates_sessions(s->handle.index), 100);
	stats_cell(w, cell_rows_service, CELL_TRAFFIC, cell);
	put_queue(w);
	stats_cell(w, cell_rows_service, CELL_TIMES, cell);
}

void stats_service(struct json_writer *w, const struct service *s)
{
	struct service_status status;

	service_status_read(&status, s);
	json_writer_put_string(w, "status", status.word);
	json_writer_key(w, "since");
	stats_time(w, status.since_ms != 0 ? status.since_ms :
					     stats_load(&scoreboard_shared()->started_ms));
	json_writer_put_string(w, "protocol", protocol_at(s->conf->protocol)->name);
	put_listen(w, s);
	put_not_listening(w, s);
	stats_count(w, "backends_up", status.up);
	stats_count(w, "backends_total", status.total);
	stats_count(w, "addresses_unused", status.left_out);
	stats_routes(w, s);
	put_sessions(w, s, service_cell(s->handle.index));
	put_changed(w, s);
}
