/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening sockets that the control process accepts from: those of the API, and those where a
 * service sends its figures. They are the master's and come with operations. Whoever serves one
 * takes a copy of the descriptor, and lets go of it when the socket is not here any more, or has
 * another owner.
 */
#ifndef ADMIN_OWN_SOCKETS_H
#define ADMIN_OWN_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/handle.h"
#include "core/list.h"

struct change_op;

struct own_socket {
	uint32_t      id;	/* the master's name for the address */
	unsigned      place;	/* an address that was the workers' has one socket for each */
	struct addr   addr;
	struct handle owner;	/* the service; HANDLE_NONE: the API */

	/* own_sockets.c */
	struct list   link;
	struct handle next;
	int           fd;
	bool          added, changing, away;
};

void own_sockets_open(void);
void own_sockets_close(void);

/* Keeps an operation on such an address. false: it is another operation. */
bool own_sockets_prepare(const struct change_op *op);
void own_sockets_commit(void);
void own_sockets_abort(void);
void own_sockets_close_address(uint32_t id);	/* the master has shut it down */

/* NULL: there is none (any more). */
const struct own_socket *own_sockets_get(uint32_t id, unsigned place);
/* The one behind `s`, or (NULL) the first. NULL: there are no more. */
const struct own_socket *own_sockets_next(const struct own_socket *s);
/* A copy of its descriptor, or -1 and errno. */
int own_sockets_copy(const struct own_socket *s) MUST_CHECK;

#endif
