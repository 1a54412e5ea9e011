/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remote cache protocol of uWSGI: a uwsgi packet (core/uwsgi.h) with modifiers 111 and 17,
 * then the value of an item. The answer is such a packet, too, and the value; or the stream is
 * closed without a byte. Source: plugins/cache/cache.c and core/cache.c of uWSGI 2.0.21, and
 * captures of its clients.
 *
 *     request: cmd=get|set|update|exists|del|clear, key, size, expires (seconds from now), cache
 *     answer:  status=ok, and of get: size, expires (seconds since 1970; not if there is no end)
 */
#ifndef CORE_CACHE_PACKET_H
#define CORE_CACHE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

#define CACHE_PACKET_MODIFIER1 111
#define CACHE_PACKET_MODIFIER2 17
#define CACHE_PACKET_ANSWER 128	/* bytes of an answer before the value */

enum cache_verb {
	CACHE_GET, CACHE_SET, CACHE_UPDATE, CACHE_EXISTENCE, CACHE_DEL, CACHE_CLEAR, CACHE_VERBS
};

struct cache_packet {
	enum cache_verb verb;
	struct slice    key, cache;	/* empty where they are missing */
	uint64_t        size;		/* of the value that follows */
	uint64_t        expires;	/* seconds from now; 0: never */
};

/* The block of a request. false: it is none, or lacks what its command needs. */
bool cache_packet_read(struct cache_packet *p, struct slice block) MUST_CHECK;
/* Whether a request with this verb changes items. */
bool cache_packet_writes(enum cache_verb verb);

/* An answer without a value: its bytes. */
size_t cache_packet_done(char out[CACHE_PACKET_ANSWER]);
/* ... and of get: `end` in seconds since 1970; 0: there is none. */
size_t cache_packet_value(uint64_t size, uint64_t end, char out[CACHE_PACKET_ANSWER]);

#endif
