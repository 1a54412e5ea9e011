/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept_turn.h"

#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/accept_pause.h"
#include "proxy/listener.h"
#include "proxy/session_list.h"

/* A worker may have an eighth and so many sessions more than the one that has the fewest. */
#define MORE 4
/* Other workers that do not accept in this time are stopped, or too busy to wait for. */
#define ASIDE_MS 10

bool accept_turn_takes(const struct slot *slot)
{
	return slot->state == SLOT_SERVING && slot->paused == PAUSE_NONE &&
	       slot->beat_ms + SLOT_STALE_MS > loop_now() &&
	       slot->kind == scoreboard_occupant(scoreboard_own())->kind;
}

/* How many sessions this worker may have now; UINT32_MAX: no other worker accepts. */
static uint32_t share(void)
{
	uint32_t least = UINT32_MAX, own = scoreboard_own();

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);

		if (i != own && accept_turn_takes(slot) && slot->sessions < least)
			least = (uint32_t)slot->sessions;
	}
	return least < UINT32_MAX / 2 ? least + least / 8 + MORE : UINT32_MAX;
}

static void step_aside(struct listener_socket *socket, uint64_t ms)
{
	event_want(&socket->event, 0);
	timer_set(&socket->aside, ms);
}

uint32_t accept_turn(struct listener_socket *socket, uint32_t most)
{
	uint32_t own = session_list_active(), limit;

	if (own < MORE)
		return most < MORE ? most : MORE;
	limit = share();
	if (own < limit)
		return most < limit - own ? most : limit - own;
	if (socket->waited) {
		socket->waited = false;
		return 1;
	}
	socket->waited = true;
	step_aside(socket, ASIDE_MS);
	return 0;
}

/* Leaves the list of workers that the kernel wakes, and joins it again at its end, at once. */
void accept_turn_taken(struct listener_socket *socket)
{
	socket->waited = false;
	if (session_list_active() >= MORE && session_list_active() >= share())
		step_aside(socket, 0);
}

void accept_turn_over(struct timer *t)
{
	listener_watch(container_of(t, struct listener_socket, aside), accept_pause_accepts());
}
