/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats_log.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "admin/go_text.h"
#include "config/config_members.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/groups.h"
#include "proxy/health.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define LINES_PER_TURN 200	/* in one loop iteration */

static uint64_t interval;
static struct timer due, more;
static uint32_t service, position;	/* which backend comes next */

/* Time of the last session, check or probe; the start of heddle when there was none. */
static uint64_t last_use(const struct backend_cell *cell)
{
	uint64_t session = cell->last_session_ms, probe = cell->check_at_ms;
	uint64_t last = session > probe ? session : probe;

	return last != 0 ? last : scoreboard_shared()->started_ms;
}

/* The words are tcp_fallback's: errors are failed connects of clients, of checks and of probes. */
static void write_line(const struct service *s, const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);
	const struct log_subject about = { NULL, s->name, b->name };
	uint64_t errors = cell->checks_failed, at = last_use(cell);
	char down[GO_TEXT], last[GO_TEXT];

	for (unsigned i = 0; i < DIAL_ERRORS; i++)
		errors += cell->errors[i];
	log_about(LEVEL_INFO, &about,
		  "STATS: <%s> failed=%s (downtime=%s) requests=%" PRIu64 " bytes=%" PRIu64
		  " errors=%" PRIu64 " last=%s",
		  b->shown,
		  health_of(b) == HEALTH_UP ? "false" : "true",
		  go_text_duration(cell->down_ms_total + health_downtime(b), down, sizeof(down)),
		  cell->sessions,
		  cell->to_backend + cell->to_client, errors,
		  go_text_time(at, last, sizeof(last)));
}

/* Backends, then names that have no addresses: NULL: there are no more. */
static const struct backend *backend_at(const struct service *s, uint32_t at)
{
	if (at < s->set.count)
		return s->set.list[at];
	at -= s->set.count;
	return at < s->groups.count ? s->groups.list[at] : NULL;
}

static bool has_line(const struct service *s, const struct backend *b)
{
	return !config_members_is_group(b->conf) || !groups_resolved(s, b);
}

static void on_more(struct timer *t)
{
	unsigned lines = 0;

	for (; service < scoreboard_sizes()->services; service++, position = 0) {
		const struct service *s = registry_service(service);

		const struct backend *b;

		for (; s != NULL && (b = backend_at(s, position)) != NULL; position++) {
			if (lines++ == LINES_PER_TURN) {
				timer_set(t, 1);
				return;
			}
			if (has_line(s, b))
				write_line(s, b);
		}
	}
}

static void on_due(struct timer *t)
{
	timer_set(t, interval);
	service = position = 0;
	timer_set(&more, 0);
}

void stats_log_open(void)
{
	interval = 0;
	timer_setup(&due, on_due);
	timer_setup(&more, on_more);
}

void stats_log_close(void)
{
	timer_cancel(&due);
	timer_cancel(&more);
}

void stats_log_interval(uint64_t ms)
{
	if (ms == interval)
		return;
	interval = ms;
	timer_cancel(&due);
	if (ms != 0)
		timer_set(&due, ms);
}
