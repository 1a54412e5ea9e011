/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/channel_short.h"

#include <stddef.h>

static struct list all = { &all, &all };

void channel_short_watch(struct channel_copies *copies)
{
	list_append(&all, &copies->link);
}

struct channel_copies *channel_short_choose(const struct channel_copies *needs, bool any)
{
	struct channel_copies *most = NULL;

	for (struct list *node = all.next; node != &all; node = node->next) {
		struct channel_copies *c = container_of(node, struct channel_copies, link);

		if (c == needs || (!c->behind && (!any || c->count <= needs->count)))
			continue;
		if (most == NULL || c->behind || (!most->behind && c->count > most->count))
			most = c;
	}
	return most;
}
