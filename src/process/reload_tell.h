/* SPDX-License-Identifier: BSD-2-Clause */
/* A difference between two configurations as operations for the children. */
#ifndef PROCESS_RELOAD_TELL_H
#define PROCESS_RELOAD_TELL_H

struct cells;
struct config_diff;

/* To the transaction under way. `cells` are the new configuration's. Addresses are not in it. */
void reload_tell(const struct config_diff *diff, const struct cells *cells);

#endif
