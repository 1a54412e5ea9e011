/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"
#include "config/config_uwsgi.h"
#include "config/object.h"
#include "core/scoreboard.h"
#include "proxy/node_route_kind.h"
#include "proxy/service.h"

/* What becomes an address; NULL: nothing. */
static const char *template_of(const struct route_conf *conf)
{
	if (conf->match.regex != NULL)
		return conf->match.address;
	return conf->base != NULL ? conf->base : conf->pattern;
}

/* Of one that names backends: how many sessions it gave them, which count the rest. */
static void put_route(struct json_writer *w, const struct node_route *r)
{
	const struct backend_cell *cell = backend_cell(r->handle.index);

	json_writer_key(w, r->object->name);
	json_writer_open(w, '{');
	json_writer_put_string(w, "address", template_of(r->conf));
	stats_cell(w, cell_rows_backend, CELL_SESSIONS, cell);
	if (r->kind->address != NULL || r->kind->script) {
		stats_count(w, "sessions_active",
			    active_count(backend_active(r->handle.index)));
		stats_cell(w, cell_rows_backend, CELL_TRAFFIC, cell);
	}
	json_writer_close(w, '}');
}

void stats_routes(struct json_writer *w, const struct service *s)
{
	json_writer_key(w, "routes");
	json_writer_open(w, '{');
	for (uint32_t i = 0; i < s->routes.count; i++)
		put_route(w, s->routes.list[i]);
	json_writer_close(w, '}');
}
