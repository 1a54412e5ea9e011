/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/long_answer.h"
#include "admin/name_list.h"
#include "admin/route.h"
#include "admin/service_walk.h"
#include "core/arena.h"
#include "proxy/registry.h"
#include "proxy/service.h"

struct stats_answer {
	struct arena       *arena;	/* owns this */
	struct json_writer  w;
	struct service_walk walk;
	bool                summary;	/* services without their backends */
	bool                in_service;	/* its backends are being written */
	uint32_t            slot;	/* of the next process */
	/* What the next step writes. */
	bool              (*next)(struct stats_answer *a);
};

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

static void begin_service(struct stats_answer *a, const struct service *s)
{
	json_writer_open(&a->w, '{');
	stats_service(&a->w, s);
	if (a->summary) {
		json_writer_close(&a->w, '}');
		return;
	}
	json_writer_key(&a->w, "backends");
	json_writer_open(&a->w, '{');
	a->in_service = true;
}

/* Names stand for their addresses; one that has none stands for itself. */
static void put_backend(struct stats_answer *a)
{
	struct service_walk_place place;

	if (!service_walk_backend(&a->walk, &place)) {
		json_writer_close(&a->w, '}');
		json_writer_close(&a->w, '}');
		a->in_service = false;
		return;
	}
	json_writer_key(&a->w, place.backend->name);
	json_writer_open(&a->w, '{');
	if (place.is_group)
		stats_group(&a->w, place.service, place.backend);
	else
		stats_backend(&a->w, place.service, place.position);
	json_writer_close(&a->w, '}');
}

static bool put_services(struct stats_answer *a)
{
	const struct service *s;

	if (a->in_service) {
		put_backend(a);
		return true;
	}
	s = service_walk_next(&a->walk);
	if (s != NULL) {
		json_writer_key(&a->w, s->name);
		begin_service(a, s);
		return true;
	}
	json_writer_close(&a->w, '}');
	stats_report_write(&a->w);
	json_writer_close(&a->w, '}');
	return false;
}

static bool begin_services(struct stats_answer *a)
{
	json_writer_key(&a->w, "counters");
	stats_counters(&a->w);
	json_writer_key(&a->w, "services");
	json_writer_open(&a->w, '{');
	a->next = put_services;
	return true;
}

static bool put_processes(struct stats_answer *a)
{
	if (!stats_process(&a->w, &a->slot)) {
		json_writer_close(&a->w, ']');
		a->next = begin_services;
	}
	return true;
}

static bool put_top(struct stats_answer *a)
{
	json_writer_open(&a->w, '{');
	stats_top(&a->w);
	json_writer_key(&a->w, "processes");
	json_writer_open(&a->w, '[');
	a->next = put_processes;
	return true;
}

static bool put_one(struct stats_answer *a)
{
	const struct service *s;

	if (a->in_service) {
		put_backend(a);
		return a->in_service;
	}
	s = service_walk_next(&a->walk);
	if (s != NULL)
		begin_service(a, s);
	return a->in_service;
}

static bool step(void *arg, struct text *out)
{
	struct stats_answer *a = arg;

	a->w.out = out;
	return a->next(a);
}

static void finish(struct http_request *r, void *arg)
{
	(void)arg;
	answer_written(r, 200);
}

static void over(void *arg)
{
	struct stats_answer *a = arg;

	service_walk_end(&a->walk);
	arena_free(a->arena);
}

static const struct long_answer_kind kind = { step, finish, over };

static struct stats_answer *new_answer(bool summary, bool (*first)(struct stats_answer *a))
{
	struct arena *arena = arena_new();
	struct stats_answer *a = arena_alloc(arena, sizeof(*a));

	*a = (struct stats_answer){ .arena = arena, .summary = summary, .next = first };
	json_writer_begin(&a->w, NULL, false);
	return a;
}

void stats_serve(struct http_request *r, const struct route_captures *captures)
{
	struct name_list names;
	struct stats_answer *a;
	bool summary;

	(void)captures;
	if (!read_fields(r, &summary) || !name_list_read(&names, r))
		return;
	a = new_answer(summary, put_top);
	service_walk_begin(&a->walk, &names);
	answer_headers(r);
	long_answer(r, &kind, a);
}

void stats_serve_service(struct http_request *r, const struct route_captures *captures)
{
	const char *name = captures->text[ROUTE_SERVICE];
	const struct service *s = registry_find(name);
	struct stats_answer *a;
	bool summary;

	if (s == NULL) {
		answer_problem(r, 404, "no such service", name);
		return;
	}
	if (!read_fields(r, &summary))
		return;
	a = new_answer(summary, put_one);
	service_walk_one(&a->walk, s);
	answer_headers(r);
	long_answer(r, &kind, a);
}
