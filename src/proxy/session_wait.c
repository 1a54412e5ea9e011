/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_wait.h"

#include "proxy/greeting.h"
#include "proxy/session_script.h"
#include "proxy/session_struct.h"

/*
 * First the sessions of this worker: in so many turns the loop has heard of every client that
 * has gone, also of those that it watches lazily. Then those of other workers, and of backends
 * that close a little later, which may have to wait for a processor: 1, 2, 4, ... ms.
 */
#define TURNS 6
#define STEPS 8

/* A vassal is being started, or a cache being filled: what is in the table then says it. */
#define SOURCE_MS 20

static bool waits_for_source(const struct session *s)
{
	const struct route_walk *w = s->greeting != NULL ? &s->greeting->walk : NULL;

	return w != NULL && w->source_ms != 0 && loop_now() - w->source_ms < w->patience_ms;
}

bool session_wait(struct session *s, void (*again)(struct deferred *later))
{
	if (session_script_wait(s, again))
		return true;
	if (waits_for_source(s)) {
		timer_set(&s->timer, SOURCE_MS);
		return true;
	}
	if (s->waits >= TURNS + STEPS)
		return false;
	if (s->waits < TURNS)
		loop_defer(&s->later, again);
	else
		timer_set(&s->timer, UINT64_C(1) << (s->waits - TURNS));
	s->waits++;
	return true;
}

void session_wait_changed(struct session *s)
{
	if (session_script_waits(s))
		timer_set(&s->timer, 0);
}

void session_wait_done(struct session *s)
{
	list_unlink(&s->later.link);
	s->waits = 0;
}
