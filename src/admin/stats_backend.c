/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_streak.h"
#include "admin/checker.h"
#include "admin/service_status.h"
#include "admin/stats.h"
#include "core/addr.h"
#include "core/scoreboard.h"
#include "proxy/health.h"
#include "proxy/service.h"

static const char *const state_words[] = {
	[STATE_READY] = "ready", [STATE_DRAIN] = "drain", [STATE_MAINTENANCE] = "maintenance",
};

static const char *const error_words[DIAL_ERRORS] = {
	[DIAL_REFUSED] = "refused", [DIAL_TIMEOUT] = "timeout",
	[DIAL_UNREACHABLE] = "unreachable", [DIAL_RESET] = "reset",
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

static json_t *errors(const struct backend_cell *cell)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < DIAL_ERRORS; i++)
		set_count(all, error_words[i], stats_load(&cell->errors[i]));
	return all;
}

/* null where nobody checks and nobody has. */
static json_t *check(const struct service *s, const struct backend *b,
		     const struct backend_cell *cell)
{
	uint32_t streak = atomic_load(&cell->streak);
	uint64_t at = stats_load(&cell->check_at_ms);
	char detail[CHECKER_FAILURE];
	bool passed = check_streak_passing(streak);
	json_t *o;

	if (s->conf->check.type == CHECK_NONE && at == 0)
		return json_null();
	o = json_object();
	json_object_set_new(o, "type", json_string("tcp"));
	json_object_set_new(o, "address", address(checker_address(b)));
	json_object_set_new(o, "result", at == 0 ? json_null() :
						   json_string(passed ? "pass" : "fail"));
	json_object_set_new(o, "detail", !passed && checker_failure(b, detail, sizeof(detail)) ?
						 json_string(detail) :
						 json_null());
	json_object_set_new(o, "seconds",
			    json_real((double)stats_load(&cell->check_us) / 1e6));
	json_object_set_new(o, "at", stats_time(at));
	set_count(o, "streak", check_streak_length(streak));
	set_count(o, "passed_total", stats_load(&cell->checks_passed));
	set_count(o, "failed_total", stats_load(&cell->checks_failed));
	return o;
}

static void set_state(json_t *o, const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	bool used = b->conf->state == STATE_READY && health_of(b) == HEALTH_UP;
	char reason[CHECKER_FAILURE];
	const char *why = backend_status_reason(b, reason, sizeof(reason));
	uint64_t since = stats_load(&backend_cell(b->handle.index)->since_ms);

	json_object_set_new(o, "state", json_string(state_words[b->conf->state]));
	json_object_set_new(o, "status", json_string(backend_status_word(b)));
	if (since == 0)
		since = stats_load(&scoreboard_shared()->started_ms);
	json_object_set_new(o, "since", stats_time(since));
	json_object_set_new(o, "reason", why != NULL ? json_string(why) : json_null());
	set_count(o, "tier", s->conf->balance == BALANCE_FIRST ? position : 0);
	set_count(o, "weight", b->conf->weight);
	set_count(o, "weight_in_use", used ? b->conf->weight : 0);
}

static void set_traffic(json_t *o, const struct backend *b, const struct backend_cell *cell)
{
	set_count(o, "sessions_total", stats_load(&cell->sessions));
	set_count(o, "sessions_active", active_count(backend_active(b->handle.index)));
	set_count(o, "sessions_limit", b->conf->max_connections);
	set_count(o, "bytes_to_backend", stats_load(&cell->to_backend));
	set_count(o, "bytes_to_client", stats_load(&cell->to_client));
	json_object_set_new(o, "errors", errors(cell));
}

json_t *stats_backend(const struct service *s, uint32_t position)
{
	const struct backend *b = s->set.list[position];
	const struct backend_cell *cell = backend_cell(b->handle.index);
	uint64_t down_ms = stats_load(&cell->down_ms_total) + health_downtime(b);
	json_t *o = json_object();

	json_object_set_new(o, "address", address(&b->conf->addr));
	set_state(o, s, position);
	set_traffic(o, b, cell);
	json_object_set_new(o, "check", check(s, b, cell));
	set_count(o, "changes_total", stats_load(&cell->changes));
	json_object_set_new(o, "down_seconds_total", json_real((double)down_ms / 1000));
	json_object_set_new(o, "last_session", stats_time(stats_load(&cell->last_session_ms)));
	json_object_set_new(o, "source", json_string("file"));
	return o;
}
