/* SPDX-License-Identifier: BSD-2-Clause */
/* What is true of heddle as a whole. */
#include "admin/model.h"
#include "admin/stats.h"
#include "core/clock.h"
#include "core/scoreboard.h"

void stats_top(struct json_writer *w)
{
	const struct scoreboard_shared *shared = scoreboard_shared();
	uint64_t uptime_ms = clock_ms() - stats_load(&shared->started_at);
	bool stopping = atomic_load_explicit(&shared->stopping, memory_order_relaxed) != 0;

	json_writer_put_string(w, "version", HEDDLE_VERSION);
	stats_count(w, "pid", atomic_load(&scoreboard_slot(0)->pid));
	json_writer_key(w, "time");
	stats_time(w, clock_wall_ms());
	stats_count(w, "uptime_seconds", uptime_ms / 1000);
	stats_count(w, "generation", stats_load(&shared->generation));
	stats_count(w, "differences", model_differences());
	json_writer_put_string(w, "state", stopping ? "stopping" : "ready");
	json_writer_key(w, "state_file");
	stats_state(w);
}
