/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes through the door to the caches (os/door.h) with a stream: a head, then bytes that
 * were read from it already. The stream carries the remote cache protocol of uWSGI
 * (core/cache_packet.h).
 *
 *     'r' or 'w': whether items may be changed; 'w' with no name: a process of heddle's own
 *     or 'f': cache_door_write_filled()
 *     length of a name (1 byte), name: of the cache; empty: the first packet names it
 */
#ifndef CORE_CACHE_DOOR_H
#define CORE_CACHE_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

#define CACHE_DOOR_HEAD (2 + 255)

/* Its bytes; `name` has 255 bytes at most. */
size_t cache_door_write(bool writes, struct slice name, char out[CACHE_DOOR_HEAD]);
/* The script of that cache has run, or will not: the stream with it carries nothing. */
size_t cache_door_write_filled(struct slice name, char out[CACHE_DOOR_HEAD]);
bool cache_door_read_filled(struct slice bytes, struct slice *name) MUST_CHECK;
/* Takes it off the front. false: it is none. */
bool cache_door_read(struct slice *bytes, bool *writes, struct slice *name) MUST_CHECK;

#endif
