/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_result.h"

#include <stdatomic.h>
#include <stdio.h>

#include "admin/check_streak.h"
#include "admin/go_text.h"
#include "core/clock.h"
#include "core/log.h"
#include "proxy/health.h"
#include "proxy/service.h"

const struct addr *check_result_address(const struct backend *b)
{
	return b->conf->check_addr.kind != ADDR_NONE ? &b->conf->check_addr : &b->conf->addr;
}

const struct check_kind *check_result_kind(const struct service *s)
{
	return s->conf->check.on ? check_kind_at(s->conf->check.type) : check_kind_passive();
}

void check_result_memory(struct check_memory *memory, const struct backend *b)
{
	memory->failed = false;
	memory->failed_ms = backend_cell(b->handle.index)->failed_ms;
}

/* "http 10.0.1.11:8008/ready" */
static const char *print_about(const struct service *s, const struct backend *b,
			       char about[CHECK_ABOUT])
{
	const struct check_kind *kind = check_result_kind(s);
	const char *target = kind->target != NULL ? kind->target(s->conf->check.own) : "";
	char addr[ADDR_TEXT];

	snprintf(about, CHECK_ABOUT, "%s %s%s", kind->name,
		 addr_print(check_result_address(b), addr, sizeof(addr)), target);
	return about;
}

bool check_result_failure(const struct check_memory *memory, char *buf, size_t size)
{
	if (!memory->failed)
		return false;
	snprintf(buf, size, "%s: %s", memory->about, memory->why);
	return true;
}

/* The troubles of this machine say nothing about a backend. */
static bool is_local(const struct service *s, const struct backend *b,
		     const struct check_outcome *outcome)
{
	static struct log_limit limit;
	const struct log_subject about = { NULL, s->name, b->name };
	char addr[ADDR_TEXT];

	if (outcome->passed || !outcome->local)
		return false;
	counter_add(COUNTER_LOCAL_ERRORS, 1);
	if (log_limited(&limit, 1))
		log_about(LEVEL_ERROR, &about, "check %s: %s: a local error, "
			  "not counted against the backend",
			  addr_print(check_result_address(b), addr, sizeof(addr)), outcome->why);
	return true;
}

static void count(const struct service *s, const struct backend *b, struct check_memory *memory,
		  const struct check_outcome *outcome, uint64_t us)
{
	struct backend_cell *cell = backend_cell(b->handle.index);

	(void)print_about(s, b, memory->about);
	memory->failed = !outcome->passed;
	snprintf(memory->why, sizeof(memory->why), "%s", outcome->why);
	if (outcome->passed)
		cell->checks_passed++;
	else
		cell->checks_failed++;
	cell->check_us = us;
	cell->check_at_ms = clock_wall_ms();
}

static void log_up(const struct service *s, const struct backend *b, uint64_t downtime)
{
	const struct log_subject about = { "backend_up", s->name, b->name };
	uint32_t length = check_streak_length(backend_cell(b->handle.index)->streak);
	char what[CHECK_ABOUT], spent[GO_TEXT];

	log_about(LEVEL_NOTICE, &about, "up: %s (%u of %u), downtime: %s",
		  print_about(s, b, what), length,
		  length < s->conf->check.rise ? length : s->conf->check.rise,
		  go_text_duration(downtime, spent, sizeof(spent)));
}

static void log_down(const struct service *s, const struct backend *b, const char *why)
{
	const struct log_subject about = { "backend_down", s->name, b->name };
	uint32_t length = check_streak_length(backend_cell(b->handle.index)->streak);
	char what[CHECK_ABOUT];

	log_about(LEVEL_WARN, &about, "down: %s: %s (%u of %u)", print_about(s, b, what), why,
		  length, s->conf->check.fall);
}

void check_result(struct service *s, struct backend *b, struct check_memory *memory,
		  const struct check_outcome *outcome, uint64_t us)
{
	struct backend_cell *cell = backend_cell(b->handle.index);
	uint64_t downtime = health_downtime(b);
	enum health verdict;

	if (is_local(s, b, outcome))
		return;
	/* marked by traffic since: passes of before do not count */
	if (cell->failed_ms != 0 && cell->failed_ms != memory->failed_ms &&
	    check_streak_passing(cell->streak))
		cell->streak = 0;
	memory->failed_ms = cell->failed_ms;
	count(s, b, memory, outcome, us);
	cell->streak = check_streak_add(cell->streak, outcome->passed);
	verdict = check_streak_verdict(health_of(b), cell->streak, s->conf->check.rise,
				       s->conf->check.fall);
	if (!health_set(b, verdict))
		return;
	memory->failed_ms = cell->failed_ms;
	if (verdict == HEALTH_UP)
		log_up(s, b, downtime);
	else
		log_down(s, b, outcome->why);
	health_log_service(s, b);
}

void check_result_passive(struct service *s, struct backend *b, struct check_memory *memory,
			  const struct check_outcome *outcome, uint64_t us)
{
	struct backend_cell *cell = backend_cell(b->handle.index);
	struct log_subject about = { NULL, s->name, b->name };
	uint64_t downtime = health_downtime(b);
	char spent[GO_TEXT];

	if (is_local(s, b, outcome))
		return;
	count(s, b, memory, outcome, us);
	cell->streak = check_streak_add(cell->streak, outcome->passed);
	if (!outcome->passed && health_set(b, HEALTH_DOWN)) {
		about.event = "backend_down";
		log_about(LEVEL_WARN, &about, "Failed to connect to backend %s: %s", b->shown,
			  outcome->why);
		health_log_service(s, b);
	} else if (outcome->passed && health_set(b, HEALTH_UP)) {
		about.event = "backend_up";
		log_about(LEVEL_NOTICE, &about, "Backend is back %s, downtime: %s", b->shown,
			  go_text_duration(downtime, spent, sizeof(spent)));
		health_log_service(s, b);
	} else if (!outcome->passed) {
		log_about(LEVEL_INFO, &about, "Failed to connect to backend %s: %s", b->shown,
			  outcome->why);
	} else {
		log_about(LEVEL_DEBUG, &about, "<%s> probe succedded", b->shown); /* so spelled */
	}
}

void check_result_unwatched(const struct service *s, const struct backend *b)
{
	const struct log_subject about = { "backend_up", s->name, b->name };

	log_about(LEVEL_NOTICE, &about, "up: its checks were switched off");
}

void check_result_repaired(const struct service *s, const struct backend *b)
{
	const struct log_subject about = { "backend_up", s->name, b->name };

	log_about(LEVEL_NOTICE, &about, "up: nothing checks it, and the shared memory said that it "
		  "was down");
	health_log_service(s, b);
}
