/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_log.h"

#include <inttypes.h>

#include "core/log.h"
#include "event/event.h"

#define QUIET_MS 5000	/* so long without a drop, and it has ended */

static void begin(struct fanout_log *log, const char *fanout, const char *where, const char *why)
{
	static const struct log_subject begins = { .event = "datagrams_dropped" };

	log->active = true;
	log->first = log->seen;
	log->began_ms = loop_now();
	log_about(LEVEL_WARN, &begins, "fan-out %s: %s: datagrams are dropped: %s", fanout, where,
		  why);
}

static void end(struct fanout_log *log, const char *fanout, const char *where)
{
	static const struct log_subject ends = { .event = "datagrams_dropped_end" };
	uint64_t ms = log->last_ms - log->began_ms;

	log->active = false;
	log_about(LEVEL_NOTICE, &ends,
		  "fan-out %s: %s: no more datagrams are dropped: %" PRIu64 " were in %" PRIu64
		  ".%03us", fanout, where, log->seen - log->first, ms / 1000,
		  (unsigned)(ms % 1000));
}

void fanout_log_drops(struct fanout_log *log, uint64_t now, const char *fanout, const char *where,
		      const char *why)
{
	if (now != log->seen) {
		if (!log->active)
			begin(log, fanout, where, why);
		log->last_ms = loop_now();
		log->seen = now;
	} else if (log->active && loop_now() - log->last_ms >= QUIET_MS) {
		end(log, fanout, where);
	}
}
