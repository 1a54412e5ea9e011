/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changes_pace.h"

#define PACE_MS 3		/* a change so often at most, when they do not end, ... */
#define PACE_BURST 32		/* ... and so many before that, without a pause */
#define GATHER_MOST_MS 10

void changes_pace_begin(struct changes_pace *p, uint64_t now)
{
	p->paced = (p->paced > now ? p->paced : now) + PACE_MS;
	p->begun = now;
}

/*
 * Clients that have their answers now come back soon. Who waits goes with them, instead of half of
 * all with each change: it costs him as much time as the last change took, and not if they come
 * earlier. A client alone never waits.
 */
void changes_pace_end(struct changes_pace *p, uint64_t now, unsigned together, unsigned waiting)
{
	uint64_t took = now - p->begun;

	p->gather = now + (took < GATHER_MOST_MS ? took : GATHER_MOST_MS);
	p->expected = together + waiting;
}

uint64_t changes_pace_wait(const struct changes_pace *p, uint64_t now, unsigned waiting)
{
	const uint64_t burst = now + (uint64_t)PACE_BURST * PACE_MS;
	uint64_t paced = p->paced > burst ? p->paced - burst : 0;
	uint64_t gather = p->gather > now && waiting < p->expected ? p->gather - now : 0;

	return paced > gather ? paced : gather;
}
