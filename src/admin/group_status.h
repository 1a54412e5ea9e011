/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a backend that is a name, as its addresses make it, for the stats and the API. */
#ifndef ADMIN_GROUP_STATUS_H
#define ADMIN_GROUP_STATUS_H

#include <stdbool.h>
#include <stdint.h>

struct backend;
struct service;

struct group_status {
	/* up (one address is), checking, down, draining, maintenance; unresolved: no address */
	const char *word;
	const char *reason;	/* why it is unresolved; NULL: it is not */
	bool        usable;	/* an address is up, whatever the state of the group */
	unsigned    members;
	uint32_t    sessions;	/* now, of its addresses */
};

void group_status_read(struct group_status *status, const struct service *s,
		       const struct backend *group);

#endif
