/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Doors: how a process gives a descriptor to the process of another kind, whichever one has that
 * task now. The master opens them before its first fork, all children have them. What was passed
 * through a door waits there until it is accepted, also while the one behind the door is started
 * again.
 */
#ifndef OS_DOOR_H
#define OS_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

enum door_to {
	DOOR_CACHE,	/* the resolver process, which has the caches: core/cache_door.h */
	DOOR_MAPPER,	/* the mapper process, which has the scripts */
	DOORS,
};

#define DOOR_DESCRIPTORS (2 * DOORS)	/* open in each process */
#define DOOR_BYTES 200000		/* that come with a descriptor at most */

/* In the master, before the first fork. false with errno. */
bool door_open(void) MUST_CHECK;
void door_close(void);
/*
 * Passes a descriptor with one byte or more; the caller's own one stays open. false with errno;
 * EAGAIN: too much waits.
 */
bool door_pass(enum door_to door, int fd, struct slice bytes) MUST_CHECK;
/* A stream: its other end was passed with these bytes. -1 with errno. */
int door_connect(enum door_to door, struct slice bytes) MUST_CHECK;
/* What door_connect() sends through, for a process that keeps it and nothing else. */
int door_outside(enum door_to door);
/* The same through a descriptor that was kept so. */
int door_connect_by(int outside, struct slice bytes) MUST_CHECK;
/* Readable when something waits there; not to be closed. */
int door_descriptor(enum door_to door);
/*
 * The next descriptor, non-blocking, and the *len bytes with it, of `room`. -1 with errno; EAGAIN:
 * none waits.
 */
int door_accept(enum door_to door, char *bytes, size_t room, size_t *len) MUST_CHECK;

#endif
