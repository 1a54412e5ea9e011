/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/replay.h"

#include <unistd.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "process/addresses.h"
#include "process/cells.h"
#include "process/change_codec.h"
#include "process/running.h"

static struct text bytes;

/* Through the codec, like any other change: an operation owns what it brings. */
static void play(const struct change_op *op, void (*prepare)(const struct change_op *op))
{
	struct slot *slot = scoreboard_slot(scoreboard_own());
	struct change_op copy;

	text_clear(&bytes);
	change_encode(op, &bytes);
	CHECK(change_decode(text_slice(&bytes), op->address.fds,
			    op->address.fds != NULL ? op->address.count : 0, &copy));
	prepare(&copy);
	/* thousands of objects take a while, and the loop does not turn yet */
	atomic_fetch_add(&slot->beats, 1);
	atomic_store(&slot->beat_ms, clock_ms());
}

static void play_service(const struct service_entry *entry, size_t i,
			 void (*prepare)(const struct change_op *op))
{
	const struct cells *cells = running_cells();
	struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_SERVICE,
				.service = cells->services[i], .conf.service = &entry->conf };

	play(&op, prepare);
	op.object = CHANGE_BACKEND;
	for (size_t n = 0; n < entry->count; n++) {
		op.backend = cells->backends[i][n];
		op.conf.backend = &entry->backends[n];
		play(&op, prepare);
	}
}

static void close_copies(const struct address *a)
{
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
}

static void play_addresses(void (*prepare)(const struct change_op *op))
{
	struct list *all = addresses_all();

	for (struct list *node = all->next; node != all; node = node->next) {
		const struct address *a = container_of(node, struct address, link);
		struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_ADDRESS,
					.service = a->service };

		if (a->state != ADDRESS_OPEN) {
			close_copies(a);
			continue;
		}
		op.address = (struct change_address){ .id = a->id, .addr = a->addr,
						      .shared = a->shared, .fds = a->fds,
						      .count = a->count };
		play(&op, prepare);
	}
}

void replay(const struct config *config, bool addresses,
	    void (*prepare)(const struct change_op *op))
{
	struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_SETTINGS,
				.conf.settings = &config->settings };

	text_init(&bytes);
	play(&op, prepare);
	for (size_t i = 0; i < config->count; i++)
		play_service(&config->services[i], i, prepare);
	if (addresses)
		play_addresses(prepare);
	text_close(&bytes);
}
