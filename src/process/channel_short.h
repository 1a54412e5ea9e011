/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which channel gives way when descriptors have run out: of this process, or of all that may be
 * under way. A child that does not read holds them up, and those that read must not pay for it.
 * Only chooses: channel.c does what follows.
 */
#ifndef PROCESS_CHANNEL_SHORT_H
#define PROCESS_CHANNEL_SHORT_H

#include <stdbool.h>

#include "core/list.h"

struct channel_copies {		/* of descriptors, in the queue of one channel */
	struct list link;	/* of all channels that can give way */
	unsigned    count;
	bool        behind;	/* transaction.c's: the last change was not answered */
};

/* From now on it counts, until its link is unlinked. */
void channel_short_watch(struct channel_copies *copies);

/*
 * Who gives way to `needs`: one that is `behind`; without one, and with `any`, the one with most
 * copies in its queue, if more than `needs` has. NULL: nobody.
 */
struct channel_copies *channel_short_choose(const struct channel_copies *needs, bool any);

#endif
