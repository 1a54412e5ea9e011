/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changed.h"
#include "admin/listening.h"
#include "admin/rates.h"
#include "admin/service_status.h"
#include "admin/stats.h"
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

/* Only reasons that have occurred. */
static json_t *ended(const struct service_cell *cell)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < REASON_COUNT; i++) {
		uint64_t n = stats_load(&cell->ended[i]);

		if (n != 0)
			set_count(all, reasons[i].name, n);
	}
	return all;
}

/* A quantile to the microsecond. */
static json_t *quantile(struct histogram *h, const struct histogram_scale *scale, double q)
{
	return stats_rounded(histogram_quantile(h, scale, q), 1e6);
}

static json_t *quantiles(struct histogram *h, const struct histogram_scale *scale)
{
	return json_pack("{s:o, s:o, s:I}", "p50", quantile(h, scale, 0.5), "p99",
			 quantile(h, scale, 0.99), "count",
			 (json_int_t)histogram_total(h, scale));
}

static json_t *changed_by(const struct service *s)
{
	struct changed changed = changed_last(s->handle);

	return json_pack("{s:I, s:s, s:o}", "generation", (json_int_t)changed.generation, "by",
			 "file", "at", stats_time(changed.at_ms));
}

static void set_sessions(json_t *o, const struct service *s, struct service_cell *cell)
{
	set_count(o, "sessions_total", stats_load(&cell->sessions));
	set_count(o, "sessions_active", active_count(&cell->active));
	set_count(o, "sessions_peak", atomic_load(&cell->peak));
	set_count(o, "sessions_limit", s->conf->max_connections);
	json_object_set_new(o, "sessions_per_second",
			    stats_rounded(rates_sessions(s->handle.index), 100));
	set_count(o, "bytes_to_backend", stats_load(&cell->to_backend));
	set_count(o, "bytes_to_client", stats_load(&cell->to_client));
	json_object_set_new(o, "ended", ended(cell));
	json_object_set_new(o, "queue",
			    json_pack("{s:i, s:i, s:i}", "length", 0, "peak", 0, "limit", 0));
	json_object_set_new(o, "connect_seconds", quantiles(&cell->connect, &histogram_connect));
	json_object_set_new(o, "duration_seconds",
			    quantiles(&cell->duration, &histogram_duration));
}

json_t *stats_service(const struct service *s)
{
	struct service_status status;
	json_t *o = json_object();

	service_status_read(&status, s);
	json_object_set_new(o, "status", json_string(status.word));
	json_object_set_new(o, "since",
			    stats_time(status.since_ms != 0 ?
					       status.since_ms :
					       stats_load(&scoreboard_shared()->started_ms)));
	json_object_set_new(o, "protocol", json_string("tcp"));
	json_object_set_new(o, "listen", listen_list(s));
	set_count(o, "backends_up", status.up);
	set_count(o, "backends_total", status.total);
	set_sessions(o, s, service_cell(s->handle.index));
	json_object_set_new(o, "changed", changed_by(s));
	return o;
}
