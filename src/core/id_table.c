/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/id_table.h"

#include <stddef.h>

static struct list *chain_of(struct id_table *table, uint32_t id)
{
	struct list *chain = &table->chains[id % ID_TABLE_CHAINS];

	if (chain->next == NULL)
		list_init(chain);
	return chain;
}

void id_table_add(struct id_table *table, struct id_link *link, uint32_t id)
{
	link->id = id;
	list_append(chain_of(table, id), &link->chain);
}

void id_table_remove(struct id_link *link)
{
	list_unlink(&link->chain);
}

struct id_link *id_table_find(struct id_table *table, uint32_t id)
{
	struct list *chain = chain_of(table, id);

	for (struct list *node = chain->next; node != chain; node = node->next) {
		struct id_link *link = container_of(node, struct id_link, chain);

		if (link->id == id)
			return link;
	}
	return NULL;
}
