/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intrusive doubly-linked list. A node is in at most one list; a node that is
 * in none points at itself, so list_unlink() may always be called.
 */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include <stdbool.h>

#include "core/base.h"

struct list {
	struct list *prev, *next;
};

static inline void list_init(struct list *node)
{
	node->prev = node->next = node;
}

static inline bool list_empty(const struct list *node)
{
	return node->next == node;
}

static inline void list_append(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

static inline void list_unlink(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

/* All of `from` goes to the end of `to`; `from` is empty afterwards. */
static inline void list_splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#endif
