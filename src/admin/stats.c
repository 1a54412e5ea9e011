/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"

#include <stdlib.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "core/clock.h"
#include "core/list.h"
#include "core/scoreboard.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define NAMES 1024	/* bytes of one service= parameter */

json_t *stats_time(uint64_t wall_ms)
{
	char buf[CLOCK_TEXT];

	if (wall_ms == 0)
		return json_null();
	return json_stringn(buf, clock_print(wall_ms, buf, sizeof(buf)));
}

json_t *stats_rounded(double value, double steps)
{
	return json_real((double)(int64_t)(value * steps + 0.5) / steps);
}

static json_t *top(void)
{
	const struct scoreboard_shared *shared = scoreboard_shared();
	uint64_t now = clock_wall_ms(), started = stats_load(&shared->started_ms);
	bool stopping = atomic_load_explicit(&shared->stopping, memory_order_relaxed) != 0;
	json_t *t = json_object();

	json_object_set_new(t, "version", json_string(HEDDLE_VERSION));
	json_object_set_new(t, "pid", json_integer(atomic_load(&scoreboard_slot(0)->pid)));
	json_object_set_new(t, "time", stats_time(now));
	json_object_set_new(t, "uptime_seconds",
			    json_integer(now > started ? (json_int_t)((now - started) / 1000) : 0));
	json_object_set_new(t, "generation",
			    json_integer((json_int_t)stats_load(&shared->generation)));
	json_object_set_new(t, "differences", json_integer(0));
	json_object_set_new(t, "state", json_string(stopping ? "stopping" : "ready"));
	json_object_set_new(t, "processes", stats_processes());
	json_object_set_new(t, "counters", stats_counters());
	return t;
}

/* The name is one of a comma separated list in a service= parameter, or there is none. */
static bool is_asked_for(struct http_request *r, const char *name)
{
	char names[NAMES], *next = NULL;
	unsigned i;

	for (i = 0; http_query(r, "service", i, names, sizeof(names)); i++) {
		for (char *one = strtok_r(names, ",", &next); one != NULL;
		     one = strtok_r(NULL, ",", &next)) {
			if (strcmp(one, name) == 0)
				return true;
		}
	}
	return i == 0;
}

static bool wants_summary(const struct http_request *r)
{
	char fields[16];

	return http_query(r, "fields", 0, fields, sizeof(fields)) && strcmp(fields, "summary") == 0;
}

static void write_member(struct http_request *r, const char *name, json_t *value)
{
	json_t *key = json_string(name);

	answer_json(r, key);
	http_puts(r, ":");
	answer_json(r, value);
	json_decref(key);
	json_decref(value);
}

static void write_services(struct http_request *r)
{
	const struct list *all = registry_services();
	bool summary = wants_summary(r), first = true;

	for (const struct list *node = all->next; node != all; node = node->next) {
		const struct service *s = container_of(node, const struct service, link);

		if (!is_asked_for(r, s->name))
			continue;
		if (!first)
			http_puts(r, ",");
		first = false;
		write_member(r, s->name, stats_service(s, summary));
	}
}

void stats_serve(struct http_request *r, const char *rest)
{
	json_t *t = top();
	const char *key;
	json_t *value;

	(void)rest;
	http_puts(r, "{");
	json_object_foreach(t, key, value) {
		write_member(r, key, json_incref(value));
		http_puts(r, ",");
	}
	json_decref(t);
	http_puts(r, "\"services\":{");
	write_services(r);
	http_puts(r, "}}");
	answer_send(r, 200);
}

void stats_serve_service(struct http_request *r, const char *rest)
{
	const struct service *s = registry_find(rest);
	json_t *value;

	if (s == NULL) {
		answer_problem(r, 404, "no such service", rest);
		return;
	}
	value = stats_service(s, wants_summary(r));
	answer_json(r, value);
	json_decref(value);
	answer_send(r, 200);
}
