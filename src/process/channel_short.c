/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/channel_short.h"

#include <stddef.h>

#include "process/channel.h"

static struct list all = { &all, &all };	/* channels, by their link */

void channel_short_watch(struct list *link)
{
	list_append(&all, link);
}

bool channel_short_relieve(const struct channel *ch, bool any)
{
	struct channel *most = NULL;

	for (struct list *node = all.next; node != &all; node = node->next) {
		struct channel *c = container_of(node, struct channel, link);

		if (c->broken || c == ch || (!c->behind && (!any || c->copies <= ch->copies)))
			continue;
		if (most == NULL || c->behind || (!most->behind && c->copies > most->copies))
			most = c;
	}
	if (most != NULL)
		channel_break(most);
	return most != NULL;
}
