/* SPDX-License-Identifier: BSD-2-Clause */
/* What a body means for the objects at a path and below: edits of a call. */
#ifndef ADMIN_V1_EDITS_H
#define ADMIN_V1_EDITS_H

struct changes_call;
struct config;
struct node;

/* PUT: the object at `path` becomes `body`. */
void v1_edits_put(struct changes_call *call, const char *path, const struct node *body);
/* PATCH: a merge patch of the object, and of those below it that the patch names. */
void v1_edits_patch(struct changes_call *call, const struct config *now, const char *path,
		    const struct node *patch);
/* PUT of everything: sections that `body` has not are empty afterwards. */
void v1_edits_put_all(struct changes_call *call, const struct config *now,
		      const struct node *body);
/* PATCH of everything. */
void v1_edits_patch_all(struct changes_call *call, const struct config *now,
			const struct node *patch);

#endif
