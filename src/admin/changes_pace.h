/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When the next change may begin. Every change wakes up every process, and is a write of the state
 * file where there is one: a client that does not stop must not take the processor from traffic,
 * and clients in parallel go together. Knows neither calls nor clocks; all times are milliseconds.
 */
#ifndef ADMIN_CHANGES_PACE_H
#define ADMIN_CHANGES_PACE_H

#include <stdint.h>

/* All zero before the first change. */
struct changes_pace {
	uint64_t paced;		/* until when the changes so far last at the pace */
	uint64_t begun;		/* the last change */
	uint64_t gather;	/* until when the next one waits for calls ... */
	unsigned expected;	/* ... while fewer than these wait */
};

void changes_pace_begin(struct changes_pace *p, uint64_t now);
/* A change with the calls `together` has ended; so many others wait. */
void changes_pace_end(struct changes_pace *p, uint64_t now, unsigned together, unsigned waiting);
/* How long the next one has to wait; 0: it may begin. */
uint64_t changes_pace_wait(const struct changes_pace *p, uint64_t now, unsigned waiting);

#endif
