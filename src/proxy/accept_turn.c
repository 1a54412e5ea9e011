/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept_turn.h"

#include "core/scoreboard.h"
#include "proxy/listeners.h"
#include "proxy/session.h"

/* What a worker may have more than the one that has least: an eighth, and so many. */
#define MORE 4
/* Others that do not come in this time are stopped, or too busy to be waited for. */
#define ASIDE_MS 10

/* Sessions up to which this worker accepts: UINT32_MAX when it is alone. */
static uint32_t share(void)
{
	uint32_t least = UINT32_MAX, own = scoreboard_own();

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		const struct slot *slot = scoreboard_slot(i);

		if (i != own && listeners_accepting(slot) && slot->sessions < least)
			least = (uint32_t)slot->sessions;
	}
	return least < UINT32_MAX / 2 ? least + least / 8 + MORE : UINT32_MAX;
}

static void step_aside(struct listening *socket, uint64_t ms)
{
	event_want(&socket->event, 0);
	timer_set(&socket->aside, ms);
}

uint32_t accept_turn(struct listening *socket, uint32_t most)
{
	uint32_t own = sessions_active(), limit;

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

/* Out of the kernel's list of those to be woken, and with the next turn in again, as the last. */
void accept_turn_over(struct listening *socket)
{
	socket->waited = false;
	if (sessions_active() >= MORE && sessions_active() >= share())
		step_aside(socket, 0);
}

void accept_turn_back(struct timer *t)
{
	listening_watch(container_of(t, struct listening, aside));
}
