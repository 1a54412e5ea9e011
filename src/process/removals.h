/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of services and backends that are no longer configured. They are given
 * back once no process can count in them any more: all have confirmed the
 * change, no address of the service is left, and nothing is active.
 */
#ifndef PROCESS_REMOVALS_H
#define PROCESS_REMOVALS_H

#include <stdbool.h>
#include <stdint.h>

struct cells;

void removals_open(void);
/* Notes what `before` has and `now` has not; change `number` takes it from the children. */
void removals_note(const struct cells *before, const struct cells *now, uint64_t number);
/* Gives back what can be; happens by itself once a second. */
void removals_look(void);
/* Whether services that that change, or one before it, removed may still have sessions. */
bool removals_pending(uint64_t change);
/* Addresses have gone with change `number`: their services may be next. */
void removals_addresses_gone(uint64_t number);

#endif
