/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/counters.h"

#define MS 1000
#define US 1000000

const struct counter_row counters[COUNTER_COUNT] = {
	[COUNTER_ACCEPTED] = { "accepted_total", "sessions", 1, false, "Clients accepted." },
	[COUNTER_ENDED] = { "ended_total", "sessions", 1, false, "Sessions that have ended." },
	[COUNTER_LOCAL_ERRORS] = { "local_errors_total", "errors", 1, false,
		"Dials that failed for want of our own descriptors, memory, ports or rights." },
	[COUNTER_ACCEPT_PAUSED_DESCRIPTORS_MS] = { "accept_paused_descriptors_seconds_total",
		"seconds", MS, false, "Time without accepting for want of descriptors." },
	[COUNTER_ACCEPT_PAUSED_MEMORY_MS] = { "accept_paused_memory_seconds_total", "seconds", MS,
		false, "Time without accepting for want of memory." },
	[COUNTER_ACCEPT_PAUSED_LIMIT_MS] = { "accept_paused_limit_seconds_total", "seconds", MS,
		false, "Time without accepting because worker_sessions was reached." },
	[COUNTER_LOG_LINES_DROPPED] = { "log_lines_dropped_total", "lines", 1, false,
		"Log lines that found no room on their way." },
	[COUNTER_BUSY_US] = { "busy_seconds_total", "seconds", US, false,
		"Time not spent waiting for events." },
	[COUNTER_TURNS] = { "turns_total", "turns", 1, false, "Turns of the event loop." },
	[COUNTER_SPLICED_BYTES] = { "spliced_bytes_total", "bytes", 1, false,
		"Bytes relayed inside the kernel." },
	[COUNTER_BUFFER_BYTES] = { "buffer_bytes", "bytes", 1, true,
		"Bytes held for peers that do not take them." },
	[COUNTER_PIPES] = { "pipes", "pipes", 1, true, "Pipes open for splicing." },
};
