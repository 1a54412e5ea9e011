/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change as a child sees it: a list of operations on objects and addresses, prepared beside the
 * child's work and put in place by one commit. What a child begins with is the same list.
 */
#ifndef PROCESS_CHANGE_H
#define PROCESS_CHANGE_H

#include <stdint.h>

#include "config/object.h"
#include "core/addr.h"
#include "core/handle.h"

struct process_kind;

enum change_verb { CHANGE_PUT, CHANGE_DELETE };

/* Which configuration an operation is about. The base goes to the control and state processes. */
enum change_target {
	CHANGE_RUNNING,	/* what is in force */
	CHANGE_BASE,	/* the file as it was last applied */
	CHANGE_BOTH
};

/* A listening address: its sockets are the master's, a child holds copies. */
struct change_address {
	uint32_t    id;		/* the master's name for it, never reused */
	struct addr addr;
	const struct process_kind *kind;	/* accepts from it; others get no sockets */
	bool        shared;	/* one socket for all processes; else one for each */
	unsigned    first;	/* place of fds[0] in the group: more than 0 when the group grows */
	const int  *fds;	/* non-blocking, listening; the taker owns them */
	unsigned    count;
};

struct change_op {
	enum change_verb verb;
	enum change_target target;
	const struct object_kind *kind;	/* NULL: an address */
	bool           cut;		/* CHANGE_DELETE: its sessions are ended */
	unsigned       told;		/* TOLD_...: who gets it; 0: as its kind says */
	const char    *path;		/* of the object; as long as the call */
	struct handle  handle;		/* cell of the object */
	struct handle  parent;		/* cell of the object above it, or of an address's owner */
	struct object *object;		/* CHANGE_PUT of an object: the taker releases it */
	/*
	 * PUT adds it to its owner, or more sockets to an address that is there (fds given), or
	 * moves it there (no fds). It goes by MESSAGE_CLOSE_ADDRESS.
	 */
	struct change_address address;
};

/* The cell of the service that an operation is about; index HANDLE_NONE: it is about none. */
struct handle change_service(const struct change_op *op);

#endif
