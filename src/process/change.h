/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change as a child sees it: a list of operations on objects, prepared
 * beside the child's work and swapped in by one commit. What a child is given
 * at its start is the same list: there is one way in.
 */
#ifndef PROCESS_CHANGE_H
#define PROCESS_CHANGE_H

#include <stdint.h>

#include "core/addr.h"
#include "core/config.h"
#include "core/handle.h"

enum change_verb { CHANGE_PUT, CHANGE_DELETE };
enum change_object { CHANGE_SETTINGS, CHANGE_SERVICE, CHANGE_BACKEND, CHANGE_ADDRESS };

/* A listening address: its sockets are the master's, a child holds copies. */
struct change_address {
	uint32_t    id;		/* the master's name for it, never reused */
	struct addr addr;
	bool        shared;	/* one socket for all workers; else one for each */
	unsigned    first;	/* place of fds[0] in the group: more than 0 when the group grows */
	const int  *fds;	/* non-blocking, listening; the taker owns them */
	unsigned    count;
};

struct change_op {
	enum change_verb   verb;
	enum change_object object;
	struct handle      service, backend;	/* backend: CHANGE_BACKEND alone */
	struct arena      *arena;	/* owns what conf points to; the taker frees it */
	union {				/* CHANGE_PUT */
		const struct settings      *settings;
		const struct service_conf  *service;	/* listen is empty: see CHANGE_ADDRESS */
		const struct backend_conf  *backend;
	} conf;
	/*
	 * CHANGE_ADDRESS: PUT adds it to `service`, or more sockets to an address that is
	 * there (fds given), or moves it there (no fds). DELETE: gone for good, close the copies.
	 */
	struct change_address address;
};

#endif
