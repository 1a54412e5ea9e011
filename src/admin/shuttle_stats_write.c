/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_stats_write.h"

#include <string.h>

#include "admin/shuttle_sums.h"
#include "admin/stats.h"
#include "config/shuttle.h"
#include "config/shuttle_write.h"
#include "proxy/service.h"

/* Names that shuttle has: ours that are the same are left out. */
static const char *const shuttle_names[] = { "address", "weight", "errors", NULL };

static void put_raw(struct json_writer *w, const char *name, const char *value)
{
	json_writer_key(w, name);
	shuttle_write_string(value, w->out);
}

static void put_zeroes(struct json_writer *w, const char *const *names)
{
	for (; *names != NULL; names++)
		stats_count(w, *names, 0);
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

static void put_figures(struct json_writer *w, const struct service *s, const struct backend *b,
			const struct shuttle_backend *conf)
{
	struct shuttle_sums sums;

	shuttle_sums_read(&sums, s, b);
	put_raw(w, "name", b->name);
	put_raw(w, "address", conf->address);
	put_raw(w, "check_address", conf->check_address);
	json_writer_key(w, "up");
	text_puts(w->out, sums.up ? "true" : "false");
	stats_count(w, "weight", b->conf->weight);
	stats_count(w, "sent", sums.sent);
	stats_count(w, "received", sums.received);
	stats_count(w, "errors", sums.errors);
	stats_count(w, "connections", sums.connections);
	stats_count(w, "active", sums.active);
	stats_count(w, "http_active", 0);
	stats_count(w, "check_success", sums.check_success);
	stats_count(w, "check_fail", sums.check_fail);
}

bool shuttle_stats_write_backend(struct json_writer *w, const struct service *s,
				 const struct shuttle_backend *conf, uint32_t guess)
{
	uint32_t place = place_of(&s->set, guess, conf->name);
	uint32_t group = place < s->set.count ? 0 : place_of(&s->groups, 0, conf->name);

	if (place == s->set.count && group == s->groups.count)
		return false;
	if (w->depth != 0)
		json_writer_item(w);
	json_writer_open(w, '{');
	if (place < s->set.count) {
		put_figures(w, s, s->set.list[place], conf);
		json_writer_without(w, shuttle_names);
		stats_backend(w, s, place);
		json_writer_without(w, NULL);
	} else {
		put_figures(w, s, s->groups.list[group], conf);
		shuttle_sums_status(w, s, s->groups.list[group]);
	}
	json_writer_close(w, '}');
	return true;
}

static void put_hosts(struct json_writer *w, const struct shuttle_service *conf)
{
	json_writer_key(w, "virtual_hosts");
	if (conf->virtual_hosts == NULL)
		json_writer_null(w);
	else
		shuttle_write_node(conf->virtual_hosts, w->depth, w->out);
}

static void put_counters(struct json_writer *w, const struct service *s)
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
	stats_count(w, "sent", stats_load(&cell->to_backend));
	stats_count(w, "received", stats_load(&cell->to_client));
	stats_count(w, "errors", errors);
	stats_count(w, "connections", stats_load(&cell->sessions));
	stats_count(w, "active", active_count(&cell->active));
	put_zeroes(w, http);
}

void shuttle_stats_write_front(struct json_writer *w, const struct shuttle_service *conf)
{
	put_raw(w, "name", conf->name);
	put_raw(w, "address", conf->address);
	put_hosts(w, conf);
}

void shuttle_stats_write_rest(struct json_writer *w, const struct service *s,
			      const struct shuttle_service *conf, enum shuttle_dialect dialect)
{
	put_raw(w, "balance", conf->settings.balance);
	text_putc(w->out, ',');
	shuttle_write_numbers(&conf->settings, dialect, w->depth, w->out);
	if (s == NULL)
		return;
	put_counters(w, s);
	json_writer_without(w, shuttle_names);
	stats_service(w, s);
	json_writer_without(w, NULL);
}
