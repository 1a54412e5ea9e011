/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes through the door to the caches (os/door.h) with a stream: a head, then bytes that
 * were read from it already. The stream carries the remote cache protocol of uWSGI
 * (core/cache_packet.h).
 *
 *     'r' or 'w': whether items may be changed; 'w' with no name: a process of heddle's own;
 *     'b' or 'f': the script of the cache begins, or has run; the stream carries nothing
 *     milliseconds that are left for the request (4 bytes, little end first); 0: no limit
 *     length of a name (1 byte), name: of the cache; empty: the first packet names it
 */
#ifndef CORE_CACHE_DOOR_H
#define CORE_CACHE_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

#define CACHE_DOOR_HEAD (6 + 255)

struct cache_door {
	bool         writes;
	bool         begins;	/* nothing but: the script of the cache is about to run */
	bool         filled;	/* nothing but: the script of the cache has run, or will not */
	uint32_t     left_ms;
	struct slice name;	/* 255 bytes at most */
};

/* Its bytes. */
size_t cache_door_write(const struct cache_door *door, char out[CACHE_DOOR_HEAD]);
/* Takes it off the front. false: it is none. */
bool cache_door_read(struct slice *bytes, struct cache_door *door) MUST_CHECK;

#endif
