/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_replay.h"

#include <stdlib.h>

#include "core/log.h"
#include "event/event.h"
#include "event/timer.h"
#include "udp/fanout_batch.h"
#include "udp/fanout_send.h"
#include "udp/fanout_target.h"
#include "udp/known.h"

struct fanout_replay {
	struct fanout_target *target;
	struct known         *known;
	struct known_cursor   cursor;
	struct timer          timer;
};

void fanout_replay_stop(struct fanout_target *t)
{
	if (t->replay == NULL)
		return;
	timer_cancel(&t->replay->timer);
	free(t->replay);
	t->replay = NULL;
}

/*
 * The queue of a target was full: it takes the last `left` of those that were sent since `before`
 * another time, and they are not dropped. Sockets of unix have room for ten.
 */
static void take_back(struct fanout_replay *r, const struct known_cursor *before, size_t sent,
		      uint64_t left)
{
	struct slice again[FANOUT_BATCH];

	r->target->counts->dropped[FANOUT_FULL] -= left;
	r->cursor = *before;
	if (left < sent)
		(void)!known_replay(r->known, &r->cursor, loop_now(), again, sent - (size_t)left);
}

/* Returns how many there were; 0: no more at this time. */
static size_t send_some(struct fanout_replay *r)
{
	const uint64_t *full = &r->target->counts->dropped[FANOUT_FULL];
	const uint64_t full_before = *full;
	const struct known_cursor before = r->cursor;
	struct fanout_batch *b = fanout_batch_begin();
	struct slice datagrams[FANOUT_BATCH];
	size_t count = fanout_late_waits(&r->target->late) ? 0 :
		known_replay(r->known, &r->cursor, loop_now(), datagrams, FANOUT_BATCH);

	for (size_t i = 0; i < count; i++)
		fanout_batch_add(b, datagrams[i], NULL);
	if (count > 1)
		fanout_batch_plan(b);
	if (count != 0)
		fanout_send(r->target, b);
	if (*full == full_before || r->target->options.keep)
		return count;
	take_back(r, &before, count, *full - full_before);
	return 0;
}

static void on_due(struct timer *timer)
{
	struct fanout_replay *r = container_of(timer, struct fanout_replay, timer);
	size_t sent = 0, n;

	/* a target that refuses is not worth it: it is sent all of them when it is back */
	while (!r->cursor.done && r->target->state != TARGET_DOWN && (n = send_some(r)) != 0)
		sent += n;
	if (r->cursor.done || (r->target->state == TARGET_DOWN && sent != 0))
		fanout_replay_stop(r->target);
	else
		timer_set(timer, KNOWN_REPLAY_MS);
}

void fanout_replay_start(struct fanout_target *t, struct known *known)
{
	struct fanout_replay *r = t->replay;

	if (known == NULL || (r == NULL && known_count(known) == 0))
		return;
	if (r == NULL) {
		r = calloc(1, sizeof(*r));
		CHECK(r != NULL);
		r->target = t;
		r->known = known;
		timer_setup(&r->timer, on_due);
		t->replay = r;
	}
	known_replay_begin(&r->cursor, loop_now());
	timer_set(&r->timer, 0);
}
