/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_wait.h"

#include "proxy/session.h"

/*
 * First the sessions of this worker: in so many turns the loop has heard of every client that
 * has gone, also of those that it watches lazily. Then those of other workers, and of backends
 * that close a little later, which may have to wait for a processor: 1, 2, 4, ... ms.
 */
#define TURNS 6
#define STEPS 8

static void (*resume)(struct session *s);

static void on_turn(struct deferred *d)
{
	session_wait_over(container_of(d, struct session, gone));
}

bool session_wait(struct session *s, void (*again)(struct session *s))
{
	if (s->waits >= TURNS + STEPS)
		return false;
	resume = again;
	if (s->waits < TURNS)
		loop_defer(&s->gone, on_turn);
	else
		timer_set(&s->timer, UINT64_C(1) << (s->waits - TURNS));
	s->waits++;
	return true;
}

void session_wait_over(struct session *s)
{
	resume(s);
}

void session_wait_done(struct session *s)
{
	list_unlink(&s->gone.link);
	s->waits = 0;
}
