/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The services and their backends for answers that are written in slices (long_answer.h): those
 * that there are at the beginning, each looked for again when its turn comes. What was removed
 * meanwhile is left out; what the walk hands out is valid until the slice ends.
 */
#ifndef ADMIN_SERVICE_WALK_H
#define ADMIN_SERVICE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/handle.h"
#include "core/text.h"

struct backend;
struct name_list;
struct service;

struct service_walk {
	struct text   services;		/* struct handle of each */
	struct text   backends;		/* likewise, of the present service: groups last */
	size_t        service, backend;		/* the next ones */
	size_t        groups_from;
	struct handle present;
};

struct service_walk_place {
	const struct service *service;
	const struct backend *backend;	/* a group: a name that has no addresses */
	bool                  is_group;
	uint32_t              position;	/* of a backend: in the set of its service */
};

/* In the order of the file. NULL: all of them. */
void service_walk_begin(struct service_walk *w, const struct name_list *names);
void service_walk_one(struct service_walk *w, const struct service *s);	/* it alone */
void service_walk_sort(struct service_walk *w);	/* by name, as bytes */
void service_walk_end(struct service_walk *w);

/* The next one; NULL: that was the last. Its backends are walked before the next. */
const struct service *service_walk_next(struct service_walk *w);
/* The present one; NULL: it was removed. */
const struct service *service_walk_present(const struct service_walk *w);
/* The next backend of the present service; false: that was the last. */
bool service_walk_backend(struct service_walk *w, struct service_walk_place *place) MUST_CHECK;

#endif
