/* SPDX-License-Identifier: BSD-2-Clause */
/* Saves what is in force in the state file, counts, and logs when that begins to fail or ends. */
#ifndef ADMIN_STATE_SAVE_H
#define ADMIN_STATE_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct config;

#define STATE_SAVE_WHY 512

struct state_saved {
	const struct config *running, *base;
	uint64_t generation;
};

void state_save_open(void);
void state_save_close(void);
/*
 * Writes to the file that the settings in `running` name. true: it is on disk, or there is no
 * such file. false: `why` (STATE_SAVE_WHY bytes) is a sentence.
 */
bool state_save(const struct state_saved *saved, char *why) MUST_CHECK;
/* Whether backends went down or came up since the last call; the next save has what it found. */
bool state_save_outdated(const struct config *running);

#endif
