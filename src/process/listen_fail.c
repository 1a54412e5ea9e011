/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_fail.h"

#include <stdio.h>

#include "core/conf_errors.h"
#include "core/node.h"
#include "process/kind.h"

static const struct node *place_of(const struct node *tree, const struct kind_listener *l)
{
	bool has_lines = tree != NULL && l->section != NULL;
	const struct node *section = has_lines ? node_get(tree, l->section) : NULL;
	const struct node *listen = section != NULL ? node_get(section, "listen") : NULL;

	if (listen != NULL && listen->kind == NODE_LIST)
		return l->index < listen->count ? listen->items[l->index] : NULL;
	return listen;
}

void listen_fail(struct conf_errors *errors, const struct node *tree,
		 const struct process_kind *kind, const struct kind_listener *l, const char *why)
{
	char path[128];

	if (l->owner == NULL) {
		snprintf(path, sizeof(path), "%s.listen",
			 l->section != NULL ? l->section : kind->name);
		conf_fail(errors, CONF_ERROR, place_of(tree, l), path, "%s", why);
		return;
	}
	snprintf(path, sizeof(path), "%s.%s.%s", l->owner->kind->section, l->owner->name,
		 l->listener != NULL ? l->listener->kind->section : "listen");
	if (l->listener != NULL)
		object_fail(l->listener, errors, path, why);
	else
		conf_fail(errors, CONF_ERROR, NULL, path, "%s", why);
}
