/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_names.h"

#include <stdatomic.h>

#include "admin/check_streak.h"
#include "admin/go_text.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/lookup.h"
#include "event/event.h"
#include "proxy/groups.h"
#include "proxy/health.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define INTERVAL_MS 500	/* what comes of a lookup is a word in the shared memory, and no event */

static struct timer due;

static bool is_failing(const struct backend_cell *cell)
{
	return cell->streak != 0 && !check_streak_passing(cell->streak);
}

/* Whether the name is known to have no address; one in maintenance is not asked about. */
static bool is_unusable(const struct service *s, const struct backend *group, uint32_t word)
{
	return group->conf->state == STATE_READY && !lookup_is_pending(word) &&
	       !lookup_is_ok(word) && !groups_resolved(s, group);
}

/* An address that was probed, if it had to be: then the probe has told what is wrong with it. */
static bool has_usable(const struct service *s, const struct backend *group)
{
	bool probed = s->conf->passive.initial == INITIAL_CHECK;

	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (groups_is_member(group, b) && health_of(b) == HEALTH_UP &&
		    (!probed || backend_cell(b->handle.index)->check_at_ms != 0))
			return true;
	}
	return false;
}

static void note_failed(const struct service *s, const struct backend *group,
			struct backend_cell *cell, uint32_t word)
{
	struct log_subject about = { NULL, s->name, group->name };
	bool first = !is_failing(cell);
	uint64_t now = clock_wall_ms(), last = cell->check_at_ms;

	if (!first && now >= last && now - last < s->conf->passive.retry_ms)
		return;
	if (first) {
		about.event = "backend_down";
		cell->failed_ms = clock_ms();
	}
	cell->streak = check_streak_add(cell->streak, false);
	cell->checks_failed++;
	cell->check_at_ms = now;
	log_about(first ? LEVEL_WARN : LEVEL_INFO, &about,
		  "Failed to connect to backend %s: %s", group->shown, lookup_text(word));
}

static void note_back(const struct service *s, const struct backend *group,
		      struct backend_cell *cell)
{
	const struct log_subject about = { "backend_up", s->name, group->name };
	uint64_t downtime = health_downtime(group);
	char spent[GO_TEXT];

	cell->streak = 0;
	cell->down_ms_total += downtime;
	cell->failed_ms = 0;
	log_about(LEVEL_NOTICE, &about, "Backend is back %s, downtime: %s", group->shown,
		  go_text_duration(downtime, spent, sizeof(spent)));
}

static void check_group(const struct service *s, const struct backend *group)
{
	struct backend_cell *cell = backend_cell(group->handle.index);
	uint32_t word = cell->lookup;

	if (is_unusable(s, group, word))
		note_failed(s, group, cell, word);
	else if (is_failing(cell) && has_usable(s, group))
		note_back(s, group, cell);
}

/* false: there is no such name. */
static bool check_all(void)
{
	const struct list *services = registry_services();
	bool any = false;

	for (struct list *node = services->next; node != services; node = node->next) {
		const struct service *s = container_of(node, struct service, link);

		if (!s->conf->passive.on)
			continue;
		for (uint32_t i = 0; i < s->groups.count; i++)
			check_group(s, s->groups.list[i]);
		any |= s->groups.count != 0;
	}
	return any;
}

static void on_due(struct timer *t)
{
	if (check_all())
		timer_set(t, INTERVAL_MS);
}

void check_names_open(void)
{
	timer_setup(&due, on_due);
}

void check_names_close(void)
{
	timer_cancel(&due);
}

void check_names_commit(void)
{
	if (!timer_pending(&due))
		timer_set(&due, 0);
}
