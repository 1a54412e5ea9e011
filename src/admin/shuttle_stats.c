/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admin/long_work.h"
#include "admin/model.h"
#include "admin/shuttle_answer.h"
#include "admin/shuttle_sums.h"
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

/* Its place in the list; count: it is not there. */
static uint32_t place_of(const struct backend_set *set, uint32_t guess, const char *name)
{
	uint32_t i = 0;

	if (guess < set->count && strcmp(set->list[guess]->name, name) == 0)
		return guess;
	while (i < set->count && strcmp(set->list[i]->name, name) != 0)
		i++;
	return i;
}

static void put_figures(struct stats_writer *w, const struct service *s, const struct backend *b,
			const struct shuttle_backend *conf, json_t *ours)
{
	struct shuttle_sums sums;

	shuttle_sums_read(&sums, s, b);
	begin(w);
	put_string(w, "name", b->name);
	put_string(w, "address", conf->address);
	put_string(w, "check_address", conf->check_address);
	next(w, "up");
	text_puts(w->out, sums.up ? "true" : "false");
	put_count(w, "weight", b->conf->weight);
	put_count(w, "sent", sums.sent);
	put_count(w, "received", sums.received);
	put_count(w, "errors", sums.errors);
	put_count(w, "connections", sums.connections);
	put_count(w, "active", sums.active);
	put_count(w, "http_active", 0);
	put_count(w, "check_success", sums.check_success);
	put_count(w, "check_fail", sums.check_fail);
	put_ours(w, ours);
	end(w);
	long_work_step();
}

/* `guess`: nearly always both are in the same order. A name is one backend, as it was written. */
static bool put_backend(struct stats_writer *w, const struct service *s,
			const struct shuttle_backend *conf, uint32_t guess)
{
	uint32_t place = place_of(&s->set, guess, conf->name);

	if (place < s->set.count) {
		put_figures(w, s, s->set.list[place], conf, stats_backend(s, place));
		return true;
	}
	place = place_of(&s->groups, 0, conf->name);
	if (place == s->groups.count)
		return false;
	put_figures(w, s, s->groups.list[place], conf,
		    shuttle_sums_status(s, s->groups.list[place]));
	return true;
}

static void put_backends(struct stats_writer *w, const struct service *s,
			 const struct shuttle_service *conf)
{
	bool any = false;

	next(w, "backends");
	if (conf->backend_count == 0) {
		text_puts(w->out, "null");
		return;
	}
	text_putc(w->out, '[');
	w->depth++;
	for (uint32_t i = 0; i < conf->backend_count; i++) {
		size_t before = w->out->len;

		if (any)
			text_putc(w->out, ',');
		line(w);
		if (put_backend(w, s, &conf->backends[i], i))
			any = true;
		else
			text_truncate(w->out, before);
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
	struct shuttle_sums sums;
	uint64_t errors = 0;

	for (uint32_t i = 0; i < s->set.count; i++) {
		shuttle_sums_read(&sums, s, s->set.list[i]);
		errors += sums.errors;
	}
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
	size_t i = 0;

	text_init(&out);
	while (s != NULL && i < conf.backend_count && strcmp(conf.backends[i].name, backend) != 0)
		i++;
	if (s != NULL && i < conf.backend_count &&
	    put_backend(&w, s, &conf.backends[i], (uint32_t)i))
		send_text(r, 200, &w);
	else if (s != NULL)
		shuttle_answer_error(r, 404, "backend does not exist");
	text_close(&out);
	arena_free(arena);
}
