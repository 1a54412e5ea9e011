/* SPDX-License-Identifier: BSD-2-Clause */
/* Two lines for datagrams that are dropped, however many: one when it begins, one when it ends. */
#ifndef UDP_FANOUT_LOG_H
#define UDP_FANOUT_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct fanout_log {	/* of one place where datagrams are dropped */
	uint64_t seen;		/* how many there were at the last call */
	uint64_t first;		/* before it began */
	uint64_t began_ms, last_ms;	/* loop clock */
	bool     active;
};

/*
 * Called every second with how many there are now. `where` is such as "target 10.0.0.1:80",
 * `why` a clause such as "its queue is full".
 */
void fanout_log_drops(struct fanout_log *log, uint64_t now, const char *fanout, const char *where,
		      const char *why);

#endif
