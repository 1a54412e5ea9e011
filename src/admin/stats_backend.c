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

static void set_count(json_t *object, const char *name, uint64_t value)
{
	json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *address(const struct addr *addr)
{
	char buf[ADDR_TEXT];

	return json_string(addr_print(addr, buf, sizeof(buf)));
}

/* null when health checking is off and no check or probe has been made. */
static json_t *check(const struct service *s, const struct backend *b,
		     const struct backend_cell *cell)
{
	uint32_t streak = atomic_load(&cell->streak);
	uint64_t at = stats_load(&cell->check_at_ms);
	const char *detail = checker_detail(b);
	bool passed = check_streak_passing(streak);
	json_t *o;

	if ((!s->conf->check.on || b->conf->unchecked) && at == 0)
		return json_null();
	o = json_object();
	json_object_set_new(o, "type", json_string(check_result_kind(s)->name));
	json_object_set_new(o, "address", address(check_result_address(b)));
	json_object_set_new(o, "result", at == 0 ? json_null() :
						   json_string(passed ? "pass" : "fail"));
	json_object_set_new(o, "detail", !passed && detail != NULL ? json_string(detail) :
								     json_null());
	stats_cell(o, cell_rows_backend, CELL_LAST_CHECK, cell);
	set_count(o, "streak", check_streak_length(streak));
	stats_cell(o, cell_rows_backend, CELL_CHECKS, cell);
	return o;
}

static void set_state(json_t *o, const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	bool used = backend_status_up(b);
	char reason[CHECKER_FAILURE];
	const char *why = backend_status_reason(b, reason, sizeof(reason));
	uint64_t since = stats_load(&backend_cell(b->handle.index)->since_ms);

	json_object_set_new(o, "state", json_string(state_words[b->conf->state]));
	json_object_set_new(o, "status", json_string(backend_status_word(b)));
	if (since == 0)
		since = stats_load(&scoreboard_shared()->started_ms);
	json_object_set_new(o, "since", stats_time(since));
	json_object_set_new(o, "reason", why != NULL ? json_string(why) : json_null());
	set_count(o, "tier", s->balancer->prefers_first ? position : b->conf->tier);
	set_count(o, "weight", b->conf->weight);
	set_count(o, "weight_in_use", used ? b->conf->weight : 0);
}

static void set_traffic(json_t *o, const struct backend *b, const struct backend_cell *cell)
{
	stats_cell(o, cell_rows_backend, CELL_SESSIONS, cell);
	set_count(o, "sessions_active", active_count(backend_active(b->handle.index)));
	set_count(o, "sessions_limit", b->conf->max_connections);
	stats_cell(o, cell_rows_backend, CELL_TRAFFIC, cell);
}

/* An address of a name: "two@10.0.0.7:80" of "two". */
static void set_source(json_t *o, const struct backend *b)
{
	size_t address = strlen(b->address) + 1;

	if (!config_members_is_member(b->conf)) {
		json_object_set_new(o, "source", json_string("file"));
		return;
	}
	json_object_set_new(o, "source", json_string("dns"));
	json_object_set_new(o, "group", json_stringn(b->name, strlen(b->name) - address));
	json_object_set_new(o, "name", json_string(b->conf->host));
}

json_t *stats_backend(const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	const struct backend_cell *cell = backend_cell(b->handle.index);
	json_t *o = json_object();

	json_object_set_new(o, "address", address(&b->conf->addr));
	set_state(o, s, position);
	set_traffic(o, b, cell);
	json_object_set_new(o, "check", check(s, b, cell));
	stats_cell(o, cell_rows_backend, CELL_HEALTH, cell);
	set_source(o, b);
	return o;
}

json_t *stats_group(const struct service *s, const struct backend *group)
{
	const struct backend_cell *cell = backend_cell(group->handle.index);
	struct group_status status;
	json_t *o;

	group_status_read(&status, s, group);
	if (status.members != 0)
		return NULL;
	o = json_object();
	json_object_set_new(o, "address", json_string(group->address));
	json_object_set_new(o, "state", json_string(state_words[group->conf->state]));
	json_object_set_new(o, "status", json_string(status.word));
	json_object_set_new(o, "since", stats_time(stats_load(&cell->since_ms)));
	json_object_set_new(o, "reason", status.reason != NULL ? json_string(status.reason)
							       : json_null());
	set_count(o, "tier", 0);
	set_count(o, "weight", group->conf->weight);
	set_count(o, "weight_in_use", 0);
	set_traffic(o, group, cell);
	json_object_set_new(o, "check", json_null());
	stats_cell(o, cell_rows_backend, CELL_HEALTH, cell);
	json_object_set_new(o, "source", json_string("file"));
	return o;
}
