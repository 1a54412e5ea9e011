/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_heartbeat.h"

#include "core/clock.h"
#include "core/scoreboard.h"
#include "event/event.h"

#define HEARTBEAT_MS 250

static struct timer timer;
static void (*on_neighbours)(void);
static uint64_t seen_last;	/* the picture at the last heartbeat */
static enum slot_state own_state = SLOT_STARTING;
static uint64_t own_serial;

static struct slot *own_slot(void)
{
	return scoreboard_slot(scoreboard_own());
}

/* A picture of the other processes: they come, go, pause and hang. */
static uint64_t picture_of_others(void)
{
	uint64_t picture = 14695981039346656037u, now = clock_ms();

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		struct slot *s = scoreboard_slot(i);
		uint64_t seen = s->beat_ms, word;

		if (s->kind == SLOT_NONE || i == scoreboard_own())
			continue;
		word = (uint64_t)s->pid << 16 | (uint64_t)s->number << 6 | (uint64_t)s->state << 2;
		word |= (s->paused != PAUSE_NONE) << 1 | (now > seen + SLOT_STALE_MS);
		picture = (picture ^ word) * 1099511628211u;
	}
	return picture;
}

/* What this process says about itself; others may have overwritten it. */
static void publish(void)
{
	atomic_store(&own_slot()->state, (uint8_t)own_state);
	atomic_store(&own_slot()->generation, own_serial);
}

void child_heartbeat_working(void)
{
	publish();
	atomic_store(&own_slot()->beat_ms, clock_ms());
	atomic_fetch_add(&own_slot()->beats, 1);
}

static void on_timer(struct timer *t)
{
	uint64_t picture = picture_of_others();

	child_heartbeat_working();
	if (picture != seen_last && on_neighbours != NULL)
		on_neighbours();
	seen_last = picture;
	timer_set(t, HEARTBEAT_MS);
}

void child_heartbeat_start(void (*neighbours)(void))
{
	on_neighbours = neighbours;
	timer_setup(&timer, on_timer);
	seen_last = picture_of_others();
	on_timer(&timer);
}

void child_heartbeat_state(enum slot_state state)
{
	own_state = state;
	publish();
}

void child_heartbeat_generation(uint64_t serial)
{
	own_serial = serial;
	publish();
}
