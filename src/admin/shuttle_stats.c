/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_stats.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/long_answer.h"
#include "admin/model.h"
#include "admin/service_walk.h"
#include "admin/shuttle_answer.h"
#include "admin/shuttle_stats_write.h"
#include "config/config_types.h"
#include "config/shuttle_config.h"
#include "core/arena.h"
#include "proxy/registry.h"
#include "proxy/service.h"

struct shuttle_stats {
	struct arena          *arena;	/* owns this */
	struct json_writer     w;
	enum shuttle_dialect   dialect;
	int                    status;
	bool                   is_list;	/* else it is one service */
	struct service_walk    walk;
	/* All of the answer is of one configuration; what came later is left out. */
	struct config         *config;
	struct arena          *conf_arena;	/* owns conf; NULL: no service is being written */
	struct shuttle_service conf;
	bool                   in_backends;
	uint32_t               backend;		/* the next one */
};

/* Up to its backends. */
static void begin_service(struct shuttle_stats *a)
{
	struct json_writer *w = &a->w;

	if (a->is_list)
		json_writer_item(w);
	json_writer_open(w, '{');
	shuttle_stats_write_front(w, &a->conf);
	json_writer_key(w, "backends");
	a->backend = 0;
	a->in_backends = a->conf.backend_count != 0;
	if (a->in_backends)
		json_writer_open(w, '[');
	else
		json_writer_null(w);
}

static void end_service(struct shuttle_stats *a)
{
	shuttle_stats_write_rest(&a->w, service_walk_present(&a->walk), &a->conf, a->dialect);
	json_writer_close(&a->w, '}');
	arena_free(a->conf_arena);
	a->conf_arena = NULL;
}

/* Those of the configuration: a name is one of them, whatever its addresses are. */
static void put_next_backend(struct shuttle_stats *a)
{
	const struct service *s = service_walk_present(&a->walk);

	if (s != NULL && a->backend < a->conf.backend_count) {
		(void)shuttle_stats_write_backend(&a->w, s, &a->conf.backends[a->backend],
						  a->backend);
		a->backend++;
		return;
	}
	json_writer_close(&a->w, ']');
	a->in_backends = false;
}

/* false: there is no other. */
static bool find_service(struct shuttle_stats *a)
{
	const struct service *s;

	while ((s = service_walk_next(&a->walk)) != NULL) {
		a->conf_arena = arena_new();
		if (shuttle_config_service(a->config, s->name, a->conf_arena, &a->conf)) {
			begin_service(a);
			return true;
		}
		arena_free(a->conf_arena);
		a->conf_arena = NULL;
	}
	return false;
}

static bool step(void *arg, struct text *out)
{
	struct shuttle_stats *a = arg;

	a->w.out = out;
	if (a->is_list && a->w.depth == 0)
		json_writer_open(&a->w, '[');
	if (a->conf_arena == NULL && find_service(a))
		return true;
	if (a->conf_arena != NULL) {
		if (a->in_backends)
			put_next_backend(a);
		else
			end_service(a);
		return a->conf_arena != NULL || a->is_list;
	}
	if (a->is_list)
		json_writer_close(&a->w, ']');
	return false;
}

static void finish(struct http_request *r, void *arg)
{
	const struct shuttle_stats *a = arg;

	shuttle_answer_written(r, a->status);
}

static void over(void *arg)
{
	struct shuttle_stats *a = arg;

	service_walk_end(&a->walk);
	config_free(a->config);
	arena_free(a->conf_arena);
	arena_free(a->arena);
}

static const struct long_answer_kind kind = { step, finish, over };

static struct shuttle_stats *new_answer(bool is_list)
{
	struct arena *arena = arena_new();
	struct shuttle_stats *a = arena_alloc(arena, sizeof(*a));

	*a = (struct shuttle_stats){
		.arena = arena, .is_list = is_list, .status = 200,
		.dialect = shuttle_config_dialect(model_config()->settings),
		.config = config_share(model_config()),
	};
	json_writer_begin(&a->w, NULL, true);
	return a;
}

void shuttle_stats_serve(struct http_request *r)
{
	struct shuttle_stats *a = new_answer(true);

	if (config_count(a->config, &config_service_kind) == 0 && a->dialect == SHUTTLE_V01)
		a->status = 503;
	service_walk_begin(&a->walk, NULL);
	service_walk_sort(&a->walk);
	answer_headers(r);
	long_answer(r, &kind, a);
}

/* NULL: answered. */
static const struct service *find_named(struct http_request *r, const char *name)
{
	const struct service *s = registry_find(name);

	if (s == NULL)
		shuttle_answer_error(r, 404, "service does not exist");
	return s;
}

void shuttle_stats_serve_service(struct http_request *r, const char *name)
{
	const struct service *s = find_named(r, name);
	struct shuttle_stats *a;

	if (s == NULL)
		return;
	a = new_answer(false);
	service_walk_one(&a->walk, s);
	answer_headers(r);
	long_answer(r, &kind, a);
}

/* Appends the backend; false: there is none of that name. */
static bool write_backend(const struct service *s, const char *backend, struct text *out)
{
	struct arena *arena = arena_new();
	struct shuttle_service conf = { .backend_count = 0 };
	struct json_writer w;
	bool found = shuttle_config_service(model_config(), s->name, arena, &conf);
	size_t i = 0;

	json_writer_begin(&w, out, true);
	while (i < conf.backend_count && strcmp(conf.backends[i].name, backend) != 0)
		i++;
	found = found && i < conf.backend_count &&
		shuttle_stats_write_backend(&w, s, &conf.backends[i], (uint32_t)i);
	arena_free(arena);
	return found;
}

void shuttle_stats_serve_backend(struct http_request *r, const char *name, const char *backend)
{
	const struct service *s = find_named(r, name);
	struct text out;

	text_init(&out);
	if (s != NULL && write_backend(s, backend, &out)) {
		text_putc(&out, '\n');
		shuttle_answer(r, 200, &out);
	} else if (s != NULL) {
		shuttle_answer_error(r, 404, "backend does not exist");
	}
	text_close(&out);
}
