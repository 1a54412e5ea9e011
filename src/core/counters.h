/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters and gauges of a process, as rows: the enum, JSON, metrics and the manual come from
 * this table. What belongs to a service or backend is in its cell.
 */
#ifndef CORE_COUNTERS_H
#define CORE_COUNTERS_H

#include <stdbool.h>

/*
 * ROW(COUNTER_..., name, unit, divisor, whether it is a gauge, help): the stored value, divided
 * by the divisor, is the value in that unit. A counter only grows, a gauge goes up and down.
 */
#define COUNTERS(ROW) \
	ROW(ACCEPTED, "accepted_total", "sessions", 1, false, "Clients accepted.") \
	/* accepted = ended + active */ \
	ROW(ENDED, "ended_total", "sessions", 1, false, "Sessions that have ended.") \
	/* no backend is marked for them */ \
	ROW(LOCAL_ERRORS, "local_errors_total", "errors", 1, false, \
	    "Dials that failed for want of our own descriptors, memory, ports or rights.") \
	ROW(ACCEPT_PAUSED_DESCRIPTORS_MS, "accept_paused_descriptors_seconds_total", "seconds", \
	    1000, false, "Time without accepting for want of descriptors.") \
	ROW(ACCEPT_PAUSED_MEMORY_MS, "accept_paused_memory_seconds_total", "seconds", 1000, false, \
	    "Time without accepting for want of memory.") \
	ROW(ACCEPT_PAUSED_LIMIT_MS, "accept_paused_limit_seconds_total", "seconds", 1000, false, \
	    "Time without accepting because worker_sessions was reached.") \
	ROW(LOG_LINES_DROPPED, "log_lines_dropped_total", "lines", 1, false, \
	    "Log lines that found no room on their way.") \
	ROW(BUSY_US, "busy_seconds_total", "seconds", 1000000, false, \
	    "Time not spent waiting for events.") \
	ROW(TURNS, "turns_total", "turns", 1, false, "Turns of the event loop.") \
	ROW(SPLICED_BYTES, "spliced_bytes_total", "bytes", 1, false, \
	    "Bytes relayed inside the kernel.") \
	ROW(BUFFER_BYTES, "buffer_bytes", "bytes", 1, true, \
	    "Bytes held for peers that do not take them.") \
	ROW(BODY_MEMORY_BYTES, "body_memory_bytes", "bytes", 1, true, \
	    "Bytes of request bodies that have their place in memory.") \
	ROW(BODY_FILE_BYTES, "body_file_bytes", "bytes", 1, true, \
	    "Bytes of request bodies that lie in temporary files.") \
	ROW(PIPES, "pipes", "pipes", 1, true, "Pipes open for splicing.") \
	ROW(STATE_WRITES, "state_writes_total", "writes", 1, false, \
	    "State files that were written.") \
	ROW(STATE_WRITE_ERRORS, "state_write_errors_total", "errors", 1, false, \
	    "Writes of the state file that failed.") \
	ROW(STATE_WRITTEN_MS, "state_written_seconds", "seconds", 1000, true, \
	    "When the state file was written last, in seconds since 1970.") \
	ROW(STATE_ERROR, "state_error", "errno", 1, true, \
	    "Why the state file cannot be written, as a number of the system; 0: it can.") \
	ROW(DNS_OK, "dns_ok_total", "answers", 1, false, "Questions to DNS servers that brought " \
	    "records.") \
	ROW(DNS_NXDOMAIN, "dns_nxdomain_total", "answers", 1, false, \
	    "Questions to DNS servers for names that do not exist.") \
	ROW(DNS_EMPTY, "dns_empty_total", "answers", 1, false, \
	    "Questions to DNS servers for names that have no such record.") \
	ROW(DNS_SERVFAIL, "dns_servfail_total", "errors", 1, false, \
	    "Questions to DNS servers that failed to find out.") \
	ROW(DNS_TIMEOUT, "dns_timeout_total", "errors", 1, false, \
	    "Questions that DNS servers did not answer in time.") \
	ROW(DNS_REFUSED, "dns_refused_total", "errors", 1, false, \
	    "Questions that DNS servers refused, or that reached none.") \
	ROW(DNS_INVALID, "dns_invalid_total", "errors", 1, false, \
	    "Answers of DNS servers that are not readable.")

#define COUNTER_VALUE(id, name, unit, divisor, gauge, help) COUNTER_##id,

enum counter {
	COUNTERS(COUNTER_VALUE)
	COUNTER_COUNT
};

struct counter_row {
	const char *name;	/* "accepted_total" */
	const char *unit;
	unsigned    divisor;
	bool        gauge;
	const char *help;
};

extern const struct counter_row counters[COUNTER_COUNT];

#endif
