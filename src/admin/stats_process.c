/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/process_usage.h"
#include "admin/rates.h"
#include "admin/stats.h"
#include "core/scoreboard.h"
#include "process/kind.h"

static const char *const states[] = {
	[SLOT_EMPTY] = "empty", [SLOT_STARTING] = "starting", [SLOT_SERVING] = "serving",
	[SLOT_DRAINING] = "draining", [SLOT_DEAD] = "dead",
};

static const char *const pauses[] = {
	[PAUSE_DESCRIPTORS] = "descriptors", [PAUSE_MEMORY] = "memory", [PAUSE_LIMIT] = "limit",
};

static json_t *counter_value(enum counter counter, uint64_t stored)
{
	return stats_divided(stored, counters[counter].divisor);
}

json_t *stats_counters(void)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		json_object_set_new(all, counters[i].name, counter_value(i, counter_sum(i)));
	return all;
}

static json_t *counters_of(uint32_t slot)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		json_object_set_new(all, counters[i].name, counter_value(i, counter_of(slot, i)));
	return all;
}

static json_t *known_integer(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

static void set_usage(json_t *p, uint32_t pid)
{
	struct process_usage usage;

	process_usage_read(&usage, pid);
	json_object_set_new(p, "cpu_seconds", usage.cpu_seconds < 0 ? json_null() :
								      json_real(usage.cpu_seconds));
	json_object_set_new(p, "memory_bytes", known_integer(usage.memory_bytes));
	json_object_set_new(p, "fds", known_integer(usage.fds));
	json_object_set_new(p, "fds_limit", known_integer(usage.fds_limit));
}

static json_t *process(uint32_t i)
{
	const struct slot *slot = scoreboard_slot(i);
	unsigned kind = atomic_load(&slot->kind), state = atomic_load(&slot->state);
	unsigned paused = atomic_load(&slot->paused);
	const struct process_kind *row = kind_at(kind);
	json_t *p = json_object();

	json_object_set_new(p, "kind", json_string(kind_name(kind)));
	json_object_set_new(p, "slot", json_integer(i));
	if (row != NULL && kind_has(row, KIND_NUMBERED))
		json_object_set_new(p, "number", json_integer(i));
	json_object_set_new(p, "pid", json_integer(atomic_load(&slot->pid)));
	json_object_set_new(p, "status", json_string(states[state < COUNT(states) ? state : 0]));
	json_object_set_new(p, "generation",
			    json_integer((json_int_t)stats_load(&slot->generation)));
	json_object_set_new(p, "sessions_active",
			    json_integer((json_int_t)stats_load(&slot->sessions)));
	json_object_set_new(p, "paused", paused == PAUSE_NONE || paused >= COUNT(pauses) ?
						 json_null() :
						 json_string(pauses[paused]));
	json_object_set_new(p, "busy", stats_rounded(rates_busy(i), 1e4));
	set_usage(p, atomic_load(&slot->pid));
	json_object_set_new(p, "started", stats_time(stats_load(&slot->started_ms)));
	json_object_set_new(p, "counters", counters_of(i));
	return p;
}

json_t *stats_processes(void)
{
	json_t *all = json_array();

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);

		if (atomic_load(&slot->pid) != 0 && atomic_load(&slot->state) != SLOT_EMPTY)
			json_array_append_new(all, process(i));
	}
	return all;
}
