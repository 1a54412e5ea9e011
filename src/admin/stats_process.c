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

static void put_counter(struct json_writer *w, enum counter counter, uint64_t stored)
{
	json_writer_key(w, counters[counter].name);
	stats_divided(w, stored, counters[counter].divisor);
}

void stats_counters(struct json_writer *w)
{
	json_writer_open(w, '{');
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		put_counter(w, i, counter_sum(i));
	json_writer_close(w, '}');
}

static void put_counters_of(struct json_writer *w, uint32_t slot)
{
	json_writer_key(w, "counters");
	json_writer_open(w, '{');
	for (unsigned i = 0; i < COUNTER_COUNT; i++)
		put_counter(w, i, counter_of(slot, i));
	json_writer_close(w, '}');
}

static void put_known(struct json_writer *w, const char *name, int64_t value)
{
	json_writer_key(w, name);
	if (value < 0)
		json_writer_null(w);
	else
		json_writer_integer(w, value);
}

static void put_usage(struct json_writer *w, uint32_t pid)
{
	struct process_usage usage;

	process_usage_read(&usage, pid);
	json_writer_key(w, "cpu_seconds");
	if (usage.cpu_seconds < 0)
		json_writer_null(w);
	else
		stats_rounded(w, usage.cpu_seconds, 1000);
	put_known(w, "memory_bytes", usage.memory_bytes);
	put_known(w, "fds", usage.fds);
	put_known(w, "fds_limit", usage.fds_limit);
}

static void put_process(struct json_writer *w, uint32_t i)
{
	const struct slot *slot = scoreboard_slot(i);
	unsigned kind = atomic_load(&slot->kind), state = atomic_load(&slot->state);
	unsigned paused = atomic_load(&slot->paused);
	const struct process_kind *row = kind_at(kind);

	json_writer_put_string(w, "kind", kind_name(kind));
	stats_count(w, "slot", i);
	if (row != NULL && kind_has(row, KIND_NUMBERED))
		stats_count(w, "number", i);
	stats_count(w, "pid", atomic_load(&slot->pid));
	json_writer_put_string(w, "status", states[state < COUNT(states) ? state : 0]);
	stats_count(w, "generation", stats_load(&slot->generation));
	stats_count(w, "sessions_active", stats_load(&slot->sessions));
	json_writer_put_string(w, "paused", paused == PAUSE_NONE || paused >= COUNT(pauses) ?
						    NULL :
						    pauses[paused]);
	json_writer_key(w, "busy");
	stats_rounded(w, rates_busy(i), 10000);
	put_usage(w, atomic_load(&slot->pid));
	json_writer_key(w, "started");
	stats_time(w, stats_load(&slot->started_ms));
	put_counters_of(w, i);
}

bool stats_process(struct json_writer *w, uint32_t *slot)
{
	for (; *slot < scoreboard_sizes()->slots; ++*slot) {
		const struct slot *at = scoreboard_slot(*slot);

		if (atomic_load(&at->pid) == 0 || atomic_load(&at->state) == SLOT_EMPTY)
			continue;
		json_writer_item(w);
		json_writer_open(w, '{');
		put_process(w, *slot);
		json_writer_close(w, '}');
		++*slot;
		return true;
	}
	return false;
}
