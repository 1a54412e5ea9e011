/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_heartbeat.h"

#include <unistd.h>

#include "core/clock.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/running.h"

#define HEARTBEAT_MS 1000

static struct timer beat;

static void on_beat(struct timer *t)
{
	atomic_store(&scoreboard_slot(0)->beat_ms, clock_ms());
	atomic_fetch_add(&scoreboard_slot(0)->beats, 1);
	atomic_store(&scoreboard_slot(0)->generation, running_serial());
	atomic_store(&scoreboard_slot(0)->state, SLOT_SERVING);
	/* workers map what these two correct writable, and any of them may be damaged */
	scoreboard_restore();
	scoreboard_recount();
	timer_set(t, HEARTBEAT_MS);
}

void master_heartbeat_open(void)
{
	timer_setup(&beat, on_beat);
	on_beat(&beat);
	scoreboard_occupied_by(0, (uint32_t)getpid());
}
