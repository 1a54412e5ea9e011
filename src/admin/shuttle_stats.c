/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admin/backend_status.h"
#include "admin/long_work.h"
#include "admin/model.h"
#include "admin/shuttle_answer.h"
#include "admin/stats.h"
#include "config/shuttle_config.h"
#include "config/shuttle_write.h"
#include "core/arena.h"
#include "core/text.h"
#include "proxy/registry.h"
#include "proxy/service.h"

struct stats_writer {
	struct text         *out;
	enum shuttle_dialect dialect;
	unsigned             depth;
	bool                 first;
};

/* Names that shuttle has: ours that are the same are left out. */
static const char shuttle_names[] =
	"name address virtual_hosts backends balance check_interval fall rise client_timeout "
	"server_timeout connect_timeout sent received errors connections active http_active "
	"http_connections http_errors check_address up weight check_success check_fail";

static void line(struct stats_writer *w)
{
	text_putc(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		text_puts(w->out, "  ");
}

static void next(struct stats_writer *w, const char *name)
{
	if (!w->first)
		text_putc(w->out, ',');
	w->first = false;
	line(w);
	text_printf(w->out, "\"%s\": ", name);
}

static void begin(struct stats_writer *w)
{
	text_putc(w->out, '{');
	w->depth++;
	w->first = true;
}

static void end(struct stats_writer *w)
{
	w->depth--;
	line(w);
	text_putc(w->out, '}');
	w->first = false;
}

static void put_count(struct stats_writer *w, const char *name, uint64_t value)
{
	next(w, name);
	text_printf(w->out, "%" PRIu64, value);
}

static void put_string(struct stats_writer *w, const char *name, const char *value)
{
	next(w, name);
	shuttle_write_string(value, w->out);
}

static void put_zeroes(struct stats_writer *w, const char *const *names)
{
	for (; *names != NULL; names++)
		put_count(w, *names, 0);
}

/* The value over several lines, each as far in as it belongs. */
static void put_json(struct stats_writer *w, const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	for (const char *at = text; at != NULL && *at != '\0'; at++) {
		if (*at == '\n')
			line(w);
		else
			text_putc(w->out, *at);
	}
	free(text);
}

/* Our members behind shuttle's. Takes the reference. */
static void put_ours(struct stats_writer *w, json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		if (slice_is_among(slice_of(name), shuttle_names))
			continue;
		next(w, name);
		put_json(w, value);
	}
	json_decref(object);
}

static uint64_t errors_of(const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);
	uint64_t sum = 0;

	for (size_t i = 0; i < COUNT(cell->errors); i++)
		sum += stats_load(&cell->errors[i]);
	return sum;
}

static const struct shuttle_backend *find_backend(const struct shuttle_service *s,
						  const char *name)
{
	for (size_t i = 0; i < s->backend_count; i++) {
		if (strcmp(s->backends[i].name, name) == 0)
			return &s->backends[i];
	}
	return NULL;
}

static void put_backend(struct stats_writer *w, const struct service *s, uint32_t place,
			const struct shuttle_backend *conf)
{
	const struct backend *b = s->set.list[place];
	const struct backend_cell *cell = backend_cell(b->handle.index);

	begin(w);
	put_string(w, "name", b->name);
	put_string(w, "address", conf != NULL ? conf->address : b->address);
	put_string(w, "check_address", conf != NULL ? conf->check_address : "");
	next(w, "up");
	text_puts(w->out, backend_status_up(b) ? "true" : "false");
	put_count(w, "weight", b->conf->weight);
	put_count(w, "sent", stats_load(&cell->to_backend));
	put_count(w, "received", stats_load(&cell->to_client));
	put_count(w, "errors", errors_of(b));
	put_count(w, "connections", stats_load(&cell->sessions));
	put_count(w, "active", backend_sessions(b));
	put_count(w, "http_active", 0);
	put_count(w, "check_success", stats_load(&cell->checks_passed));
	put_count(w, "check_fail", stats_load(&cell->checks_failed));
	put_ours(w, stats_backend(s, place));
	end(w);
	long_work_step();
}

static void put_backends(struct stats_writer *w, const struct service *s,
			 const struct shuttle_service *conf)
{
	next(w, "backends");
	if (s->set.count == 0) {
		text_puts(w->out, "null");
		return;
	}
	text_putc(w->out, '[');
	w->depth++;
	for (uint32_t i = 0; i < s->set.count; i++) {
		const char *name = s->set.list[i]->name;
		/* nearly always both are in the same order */
		const struct shuttle_backend *b = i < conf->backend_count &&
			strcmp(conf->backends[i].name, name) == 0 ? &conf->backends[i]
								  : find_backend(conf, name);

		if (i > 0)
			text_putc(w->out, ',');
		line(w);
		put_backend(w, s, i, b);
	}
	w->depth--;
	line(w);
	text_putc(w->out, ']');
}

static void put_hosts(struct stats_writer *w, const struct shuttle_service *conf)
{
	next(w, "virtual_hosts");
	if (conf->virtual_hosts == NULL)
		text_puts(w->out, "null");
	else
		shuttle_write_node(conf->virtual_hosts, w->depth, w->out);
}

static void put_counters(struct stats_writer *w, const struct service *s)
{
	static const char *const http[] = { "http_active", "http_connections", "http_errors",
					    NULL };
	const struct service_cell *cell = service_cell(s->handle.index);
	uint64_t errors = 0;

	for (uint32_t i = 0; i < s->set.count; i++)
		errors += errors_of(s->set.list[i]);
	put_count(w, "sent", stats_load(&cell->to_backend));
	put_count(w, "received", stats_load(&cell->to_client));
	put_count(w, "errors", errors);
	put_count(w, "connections", stats_load(&cell->sessions));
	put_count(w, "active", active_count(&cell->active));
	put_zeroes(w, http);
}

static void put_service(struct stats_writer *w, const struct service *s,
			const struct shuttle_service *conf)
{
	begin(w);
	put_string(w, "name", conf->name);
	put_string(w, "address", conf->address);
	put_hosts(w, conf);
	put_backends(w, s, conf);
	put_string(w, "balance", conf->settings.balance);
	text_putc(w->out, ',');
	shuttle_write_numbers(&conf->settings, w->dialect, w->depth, w->out);
	put_counters(w, s);
	put_ours(w, stats_service(s));
	end(w);
}

static void send_text(struct http_request *r, int status, struct stats_writer *w)
{
	text_putc(w->out, '\n');
	shuttle_answer(r, status, w->out);
}

static void put_all(struct stats_writer *w, const struct shuttle_document *document)
{
	bool any = false;

	text_putc(w->out, '[');
	w->depth++;
	for (size_t i = 0; i < document->count; i++) {
		const struct service *s = registry_find(document->services[i].name);

		if (s == NULL)
			continue;
		if (any)
			text_putc(w->out, ',');
		any = true;
		line(w);
		put_service(w, s, &document->services[i]);
	}
	w->depth--;
	if (any)
		line(w);
	text_putc(w->out, ']');
}

void shuttle_stats_serve(struct http_request *r)
{
	const struct config *config = model_config();
	struct arena *arena = arena_new();
	struct shuttle_document document;
	struct text out;
	struct stats_writer w = { &out, shuttle_config_dialect(config->settings), 0, true };

	text_init(&out);
	shuttle_config(config, arena, &document);
	put_all(&w, &document);
	send_text(r, document.count == 0 && w.dialect == SHUTTLE_V01 ? 503 : 200, &w);
	text_close(&out);
	arena_free(arena);
}

/* NULL: answered. */
static struct service *find_service(struct http_request *r, const char *name, struct arena *arena,
				    struct shuttle_service *conf)
{
	struct service *s = shuttle_config_service(model_config(), name, arena, conf) ?
		registry_find(name) : NULL;

	if (s == NULL)
		shuttle_answer_error(r, 404, "service does not exist");
	return s;
}

void shuttle_stats_serve_service(struct http_request *r, const char *name)
{
	struct arena *arena = arena_new();
	struct shuttle_service conf;
	const struct service *s = find_service(r, name, arena, &conf);
	struct text out;
	struct stats_writer w = { &out, shuttle_config_dialect(model_config()->settings), 0,
				  true };

	text_init(&out);
	if (s != NULL) {
		put_service(&w, s, &conf);
		send_text(r, 200, &w);
	}
	text_close(&out);
	arena_free(arena);
}

void shuttle_stats_serve_backend(struct http_request *r, const char *name, const char *backend)
{
	struct arena *arena = arena_new();
	struct shuttle_service conf;
	const struct service *s = find_service(r, name, arena, &conf);
	struct text out;
	struct stats_writer w = { &out, shuttle_config_dialect(model_config()->settings), 0,
				  true };
	uint32_t i = 0;

	text_init(&out);
	while (s != NULL && i < s->set.count && strcmp(s->set.list[i]->name, backend) != 0)
		i++;
	if (s != NULL && i == s->set.count) {
		shuttle_answer_error(r, 404, "backend does not exist");
	} else if (s != NULL) {
		put_backend(&w, s, i, find_backend(&conf, backend));
		send_text(r, 200, &w);
	}
	text_close(&out);
	arena_free(arena);
}
