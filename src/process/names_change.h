/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The members of names as a part of a change, beside its rows: what the change does to groups, and
 * answers that have come since the last one. It never refuses a change: an address that there is
 * no cell for is left out, which is logged. The queue calls these in its own states.
 */
#ifndef PROCESS_NAMES_CHANGE_H
#define PROCESS_NAMES_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct config;
struct config_diff;

bool names_change_due(void);	/* also without any row */
/* PREPARING: `next` is what will be in force, its objects with their handles. */
void names_change_prepare(const struct config_diff *diff, const struct config *next);
void names_change_send(void);
void names_change_withdraw(void);
void names_change_commit(void);
/* The change has this number: cells of removed members are freed when all have confirmed it. */
void names_change_committed(uint64_t number);

#endif
