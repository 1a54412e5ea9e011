/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "admin/backend_status.h"
#include "admin/check_result.h"
#include "admin/check_streak.h"
#include "admin/checker.h"
#include "admin/group_status.h"
#include "admin/stats.h"
#include "config/config_members.h"
#include "core/addr.h"
#include "core/scoreboard.h"
#include "proxy/balancer.h"
#include "proxy/service.h"

static const char *const state_words[] = {
	[STATE_READY] = "ready", [STATE_DRAIN] = "drain", [STATE_MAINTENANCE] = "maintenance",
};

static void put_address(struct json_writer *w, const struct addr *addr)
{
	char buf[ADDR_TEXT];

	json_writer_put_string(w, "address", addr_print(addr, buf, sizeof(buf)));
}

/* null when health checking is off and no check or probe has been made. */
static void put_check(struct json_writer *w, const struct service *s, const struct backend *b,
		      const struct backend_cell *cell)
{
	uint32_t streak = atomic_load(&cell->streak);
	uint64_t at = stats_load(&cell->check_at_ms);
	bool passed = check_streak_passing(streak);

	json_writer_key(w, "check");
	if ((!s->conf->check.on || b->conf->unchecked) && at == 0) {
		json_writer_null(w);
		return;
	}
	json_writer_open(w, '{');
	json_writer_put_string(w, "type", check_result_kind(s)->name);
	put_address(w, check_result_address(b));
	json_writer_put_string(w, "result", at == 0 ? NULL : passed ? "pass" : "fail");
	json_writer_put_string(w, "detail", passed ? NULL : checker_detail(b));
	stats_cell(w, cell_rows_backend, CELL_LAST_CHECK, cell);
	stats_count(w, "streak", check_streak_length(streak));
	stats_cell(w, cell_rows_backend, CELL_CHECKS, cell);
	json_writer_close(w, '}');
}

static void put_since(struct json_writer *w, uint64_t wall_ms)
{
	json_writer_key(w, "since");
	stats_time(w, wall_ms);
}

static void put_state(struct json_writer *w, const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	bool used = backend_status_up(b);
	char reason[CHECKER_FAILURE];
	uint64_t since = stats_load(&backend_cell(b->handle.index)->since_ms);

	json_writer_put_string(w, "state", state_words[b->conf->state]);
	json_writer_put_string(w, "status", backend_status_word(b));
	put_since(w, since != 0 ? since : stats_load(&scoreboard_shared()->started_ms));
	json_writer_put_string(w, "reason", backend_status_reason(b, reason, sizeof(reason)));
	stats_count(w, "tier", s->balancer->prefers_first ? position : b->conf->tier);
	stats_count(w, "weight", b->conf->weight);
	stats_count(w, "weight_in_use", used ? b->conf->weight : 0);
}

static void put_traffic(struct json_writer *w, const struct backend *b,
			const struct backend_cell *cell)
{
	stats_cell(w, cell_rows_backend, CELL_SESSIONS, cell);
	stats_count(w, "sessions_active", active_count(backend_active(b->handle.index)));
	stats_count(w, "sessions_limit", b->conf->max_connections);
	stats_cell(w, cell_rows_backend, CELL_TRAFFIC, cell);
}

/* An address of a name: "two@10.0.0.7:80" of "two". */
static void put_source(struct json_writer *w, const struct backend *b)
{
	size_t address = strlen(b->address) + 1;

	if (!config_members_is_member(b->conf)) {
		json_writer_put_string(w, "source", "file");
		return;
	}
	json_writer_put_string(w, "source", "dns");
	json_writer_key(w, "group");
	text_json(w->out, (struct slice){ b->name, strlen(b->name) - address });
	json_writer_put_string(w, "name", b->conf->host);
}

void stats_backend(struct json_writer *w, const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	const struct backend_cell *cell = backend_cell(b->handle.index);

	json_writer_put_string(w, "address", b->address);
	put_state(w, s, position);
	put_traffic(w, b, cell);
	put_check(w, s, b, cell);
	stats_cell(w, cell_rows_backend, CELL_HEALTH, cell);
	put_source(w, b);
}

void stats_group(struct json_writer *w, const struct service *s, const struct backend *group)
{
	const struct backend_cell *cell = backend_cell(group->handle.index);
	struct group_status status;

	group_status_read(&status, s, group);
	json_writer_put_string(w, "address", group->address);
	json_writer_put_string(w, "state", state_words[group->conf->state]);
	json_writer_put_string(w, "status", status.word);
	put_since(w, stats_load(&cell->since_ms));
	json_writer_put_string(w, "reason", status.reason);
	stats_count(w, "tier", 0);
	stats_count(w, "weight", group->conf->weight);
	stats_count(w, "weight_in_use", 0);
	put_traffic(w, group, cell);
	json_writer_put_string(w, "check", NULL);
	stats_cell(w, cell_rows_backend, CELL_HEALTH, cell);
	json_writer_put_string(w, "source", "file");
}
