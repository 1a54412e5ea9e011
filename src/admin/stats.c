/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"

#include <stdlib.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/long_work.h"
#include "admin/name_list.h"
#include "admin/route.h"
#include "core/clock.h"
#include "core/list.h"
#include "core/scoreboard.h"
#include "proxy/registry.h"
#include "proxy/service.h"

json_t *stats_time(uint64_t wall_ms)
{
	char buf[CLOCK_TEXT];

	if (wall_ms == 0)
		return json_null();
	return json_stringn(buf, clock_print(wall_ms, buf, sizeof(buf)));
}

json_t *stats_rounded(double value, double steps)
{
	/* no decimals are left above that; a damaged shared memory may hold any number */
	if (!(value * steps < 9e15))
		return json_integer(0);
	return json_real((double)(int64_t)(value * steps + 0.5) / steps);
}

static json_t *top(void)
{
	const struct scoreboard_shared *shared = scoreboard_shared();
	uint64_t uptime_ms = clock_ms() - stats_load(&shared->started_at);
	bool stopping = atomic_load_explicit(&shared->stopping, memory_order_relaxed) != 0;
	json_t *t = json_object();

	json_object_set_new(t, "version", json_string(HEDDLE_VERSION));
	json_object_set_new(t, "pid", json_integer(atomic_load(&scoreboard_slot(0)->pid)));
	json_object_set_new(t, "time", stats_time(clock_wall_ms()));
	json_object_set_new(t, "uptime_seconds",
			    json_integer((json_int_t)(uptime_ms / 1000)));
	json_object_set_new(t, "generation",
			    json_integer((json_int_t)stats_load(&shared->generation)));
	json_object_set_new(t, "differences", json_integer((json_int_t)model_differences()));
	json_object_set_new(t, "state", json_string(stopping ? "stopping" : "ready"));
	json_object_set_new(t, "state_file", stats_state());
	json_object_set_new(t, "processes", stats_processes());
	json_object_set_new(t, "counters", stats_counters());
	return t;
}

/* false: the request has been answered with an error. */
static bool read_fields(struct http_request *r, bool *summary)
{
	char fields[16];
	enum http_query found = http_query(r, "fields", fields, sizeof(fields));

	*summary = found == HTTP_QUERY_FOUND && strcmp(fields, "summary") == 0;
	if (*summary || found == HTTP_QUERY_ABSENT)
		return true;
	answer_problem(r, 400, "unknown word in fields=", "fields=summary is the only one");
	return false;
}

static void write_member(struct http_request *r, const char *name, const json_t *value)
{
	json_t *key = json_string(name);

	answer_json(r, key);
	http_puts(r, ":");
	answer_json(r, value);
	json_decref(key);
}

/* An object up to and with the comma after its last member: more follow. Takes the reference. */
static void write_front(struct http_request *r, json_t *object)
{
	const char *name;
	json_t *value;

	http_puts(r, "{");
	json_object_foreach(object, name, value) {
		write_member(r, name, value);
		http_puts(r, ",");
	}
	json_decref(object);
}

static void write_backend(struct http_request *r, const char *name, json_t *backend, bool first)
{
	http_puts(r, first ? "" : ",");
	write_member(r, name, backend);
	json_decref(backend);
	long_work_step();
}

/* Names stand for their addresses; one that has none stands for itself. */
static void write_backends(struct http_request *r, const struct service *s)
{
	bool first = true;

	for (uint32_t i = 0; i < s->set.count; i++) {
		write_backend(r, s->set.list[i]->name, stats_backend(s, i), first);
		first = false;
	}
	for (uint32_t i = 0; i < s->groups.count; i++) {
		json_t *group = stats_group(s, s->groups.list[i]);

		if (group == NULL)
			continue;
		write_backend(r, s->groups.list[i]->name, group, first);
		first = false;
	}
}

static void write_service(struct http_request *r, const struct service *s, bool summary)
{
	json_t *service = stats_service(s);

	if (summary) {
		answer_json(r, service);
		json_decref(service);
		return;
	}
	write_front(r, service);
	http_puts(r, "\"backends\":{");
	write_backends(r, s);
	http_puts(r, "}}");
}

static void write_services(struct http_request *r, const struct name_list *names, bool summary)
{
	const struct list *all = registry_services();
	bool first = true;

	for (const struct list *node = all->next; node != all; node = node->next) {
		const struct service *s = container_of(node, const struct service, link);

		if (!name_list_has(names, s->name))
			continue;
		http_puts(r, first ? "\"" : ",\"");
		first = false;
		http_puts(r, s->name);
		http_puts(r, "\":");
		write_service(r, s, summary);
	}
}

void stats_serve(struct http_request *r, const struct route_captures *captures)
{
	struct name_list names;
	bool summary;

	(void)captures;
	if (!read_fields(r, &summary) || !name_list_read(&names, r))
		return;
	write_front(r, top());
	http_puts(r, "\"services\":{");
	write_services(r, &names, summary);
	http_puts(r, "}");
	stats_report_write(r);
	http_puts(r, "}");
	answer_send(r, 200);
}

void stats_serve_service(struct http_request *r, const struct route_captures *captures)
{
	const char *name = captures->text[ROUTE_SERVICE];
	const struct service *s = registry_find(name);
	bool summary;

	if (s == NULL) {
		answer_problem(r, 404, "no such service", name);
		return;
	}
	if (!read_fields(r, &summary))
		return;
	write_service(r, s, summary);
	answer_send(r, 200);
}
