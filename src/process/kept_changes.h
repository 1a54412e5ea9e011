/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of a change that a part of a process keeps until it is committed. */
#ifndef PROCESS_KEPT_CHANGES_H
#define PROCESS_KEPT_CHANGES_H

#include "core/list.h"
#include "process/change.h"

struct kept_change {
	struct list      link;
	struct change_op op;	/* its path is a copy; what takes the object sets it to NULL */
	char             path[];
};

/* A copy of the operation at the end of the list; a reference to its object passes to it. */
void kept_changes_add(struct list *kept, const struct change_op *op);
/* Calls `apply` for each, in their order, then drops them. */
void kept_changes_apply(struct list *kept, void (*apply)(struct change_op *op));
void kept_changes_drop(struct list *kept);

#endif
