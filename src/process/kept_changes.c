/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/kept_changes.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"

void kept_changes_add(struct list *kept, const struct change_op *op)
{
	const char *path = op->path != NULL ? op->path : "";
	size_t size = strlen(path) + 1;
	struct kept_change *k = malloc(sizeof(*k) + size);

	CHECK(k != NULL);
	k->op = *op;
	memcpy(k->path, path, size);
	k->op.path = k->path;
	list_append(kept, &k->link);
}

void kept_changes_drop(struct list *kept)
{
	while (!list_empty(kept)) {
		struct kept_change *k = container_of(kept->next, struct kept_change, link);

		list_unlink(&k->link);
		object_release(k->op.object);
		free(k);
	}
}

void kept_changes_apply(struct list *kept, void (*apply)(struct change_op *op))
{
	for (struct list *node = kept->next; node != kept; node = node->next)
		apply(&container_of(node, struct kept_change, link)->op);
	kept_changes_drop(kept);
}
