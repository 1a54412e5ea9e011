/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doors: how a process gets a stream to the process of another kind, whichever one has that task
 * now. The master opens them before its first fork, all children have them. A stream that was
 * passed through a door waits there until it is accepted, also while the one behind the door is
 * started again. At either side a stream ends when the other process does.
 */
#ifndef OS_DOOR_H
#define OS_DOOR_H

#include <stdbool.h>

#include "core/base.h"

enum door_to {
	DOOR_CACHE,	/* the resolver process: the remote cache protocol of uWSGI */
	DOOR_MAPPER,	/* the mapper process: a worker gets the streams of its scripts */
	DOORS,
};

#define DOOR_DESCRIPTORS (2 * DOORS)	/* open in each process */

/* In the master, before the first fork. false with errno. */
bool door_open(void) MUST_CHECK;
void door_close(void);
/* A stream, non-blocking, closed by exec. -1 with errno; EAGAIN: too many wait. */
int door_connect(enum door_to door) MUST_CHECK;
/* Readable when a stream waits there; not to be closed. */
int door_descriptor(enum door_to door);
/* The next stream, like that of door_connect(). -1 with errno; EAGAIN: none waits. */
int door_accept(enum door_to door) MUST_CHECK;

#endif
