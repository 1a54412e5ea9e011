/* SPDX-License-Identifier: BSD-2-Clause */
/* How objects are: what `status` of an answer says, and whether they have settled. */
#ifndef ADMIN_V1_STATUS_H
#define ADMIN_V1_STATUS_H

#include <stdbool.h>

struct arena;
struct node;
struct text;

/* Adds `status` to the tree of the object at `path`, and to those below it. */
void v1_status_add(struct node *tree, const char *path, struct arena *arena);

/*
 * Whether everything at `path` and below is as it was asked to be: what is ready has passed its
 * check, what drains or is in maintenance has no sessions. false: `missing` says what is not.
 */
bool v1_status_reached(const char *path, struct text *missing);

#endif
