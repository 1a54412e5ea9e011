/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_result.h"

#include <stdatomic.h>
#include <stdio.h>

#include "admin/check_streak.h"
#include "admin/checker.h"
#include "admin/go_text.h"
#include "core/clock.h"
#include "core/log.h"
#include "proxy/health.h"
#include "proxy/service.h"

void check_memory_init(struct check_memory *memory, const struct backend *b)
{
	memory->error = 0;
	memory->failed_ms = backend_cell(b->handle.index)->failed_ms;
}

bool check_memory_print(const struct check_memory *memory, const struct backend *b, char *buf,
			size_t size)
{
	char addr[ADDR_TEXT];

	if (memory->error == 0)
		return false;
	snprintf(buf, size, "tcp %s: %s", addr_print(checker_address(b), addr, sizeof(addr)),
		 health_error_text(memory->error));
	return true;
}

/* Our own machine's troubles say nothing about a backend. */
static bool is_ours(const struct service *s, const struct backend *b, int error)
{
	static struct log_limit limit;
	const struct log_subject about = { NULL, s->name, b->name };
	char addr[ADDR_TEXT];

	if (error == 0 || health_dial_error(error) >= 0)
		return false;
	counter_add(COUNTER_LOCAL_ERRORS, 1);
	if (log_limited(&limit, 1))
		log_about(LEVEL_ERROR, &about, "check %s: %s: a local error, "
			  "not counted against the backend",
			  addr_print(checker_address(b), addr, sizeof(addr)),
			  health_error_text(error));
	return true;
}

static void count(struct backend_cell *cell, struct check_memory *memory, int error, uint64_t us)
{
	memory->error = error;
	if (error == 0)
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
	char addr[ADDR_TEXT], spent[GO_TEXT];

	log_about(LEVEL_NOTICE, &about, "up: tcp %s (%u of %u), downtime: %s",
		  addr_print(checker_address(b), addr, sizeof(addr)), length,
		  length < s->conf->check.rise ? length : s->conf->check.rise,
		  go_text_duration(downtime, spent, sizeof(spent)));
}

static void log_down(const struct service *s, const struct backend *b, int error)
{
	const struct log_subject about = { "backend_down", s->name, b->name };
	uint32_t length = check_streak_length(backend_cell(b->handle.index)->streak);
	char addr[ADDR_TEXT];

	log_about(LEVEL_WARN, &about, "down: tcp %s: %s (%u of %u)",
		  addr_print(checker_address(b), addr, sizeof(addr)), health_error_text(error),
		  length, s->conf->check.fall);
}

void check_result(struct service *s, struct backend *b, struct check_memory *memory, int error,
		  uint64_t us)
{
	struct backend_cell *cell = backend_cell(b->handle.index);
	uint64_t downtime = health_downtime(b);
	enum health verdict;

	if (is_ours(s, b, error))
		return;
	/* marked by traffic since: passes of before do not count */
	if (cell->failed_ms != 0 && cell->failed_ms != memory->failed_ms &&
	    check_streak_passing(cell->streak))
		cell->streak = 0;
	memory->failed_ms = cell->failed_ms;
	count(cell, memory, error, us);
	cell->streak = check_streak_add(cell->streak, error == 0);
	verdict = check_streak_verdict(health_of(b), cell->streak, s->conf->check.rise,
				       s->conf->check.fall);
	if (!health_set(b, verdict))
		return;
	memory->failed_ms = cell->failed_ms;
	if (verdict == HEALTH_UP)
		log_up(s, b, downtime);
	else
		log_down(s, b, error);
	health_tell_service(s, b);
}

void check_result_passive(struct service *s, struct backend *b, struct check_memory *memory,
			  int error, uint64_t us)
{
	struct backend_cell *cell = backend_cell(b->handle.index);
	struct log_subject about = { NULL, s->name, b->name };
	uint64_t downtime = health_downtime(b);
	char spent[GO_TEXT];

	if (is_ours(s, b, error))
		return;
	count(cell, memory, error, us);
	cell->streak = check_streak_add(cell->streak, error == 0);
	if (error != 0 && health_set(b, HEALTH_DOWN)) {
		about.event = "backend_down";
		log_about(LEVEL_WARN, &about, "Failed to connect to backend %s: %s", b->shown,
			  health_error_text(error));
		health_tell_service(s, b);
	} else if (error == 0 && health_set(b, HEALTH_UP)) {
		about.event = "backend_up";
		log_about(LEVEL_NOTICE, &about, "Backend is back %s, downtime: %s", b->shown,
			  go_text_duration(downtime, spent, sizeof(spent)));
		health_tell_service(s, b);
	} else if (error != 0) {
		log_about(LEVEL_INFO, &about, "Failed to connect to backend %s: %s", b->shown,
			  health_error_text(error));
	} else {
		log_about(LEVEL_DEBUG, &about, "<%s> probe succedded", b->shown); /* so spelled */
	}
}

void check_result_unwatched(const struct service *s, const struct backend *b)
{
	const struct log_subject about = { "backend_up", s->name, b->name };

	log_about(LEVEL_NOTICE, &about, "up: its checks were switched off");
}

void check_result_mended(const struct service *s, const struct backend *b)
{
	const struct log_subject about = { "backend_up", s->name, b->name };

	log_about(LEVEL_NOTICE, &about, "up: nothing checks it, and the shared memory said that it "
		  "was down");
	health_tell_service(s, b);
}
