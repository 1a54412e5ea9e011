/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which channel gives way when descriptors have run out: of this process, or of all that may be
 * under way. A child that does not read holds them up, and those that read must not pay for it.
 */
#ifndef PROCESS_CHANNEL_SHORT_H
#define PROCESS_CHANNEL_SHORT_H

#include <stdbool.h>

#include "core/list.h"

struct channel;

/* From now on the channel with this `link` counts, until the link is unlinked. */
void channel_short_watch(struct list *link);

/*
 * Breaks a channel other than `ch`, which needs descriptors: one that is `behind`; without one, and
 * with `any`, the one with most copies in its queue, if more than `ch` has. false: there is none.
 */
bool channel_short_relieve(const struct channel *ch, bool any);

#endif
