/* SPDX-License-Identifier: BSD-2-Clause */
/* One direction of a relay. For relay.c and relay_splice.c, and for who looks at a relay. */
#ifndef PROXY_RELAY_HALF_H
#define PROXY_RELAY_HALF_H

#include <stdbool.h>
#include <stdint.h>

#include "proxy/kept.h"

struct body;
struct pipe_pair;

struct half {
	uint64_t          bytes;	/* delivered */
	struct kept       kept;
	/* What follows the kept bytes: at most one of these, see `buffered`. */
	union {
		struct pipe_pair *pipe;		/* while bytes are in it */
		struct body      *body;		/* collected before there was a target */
	};
	bool              eof;		/* the source has ended */
	bool              reset;	/* ... by a reset, which follows what is held */
	bool              shut;		/* and the target was told */
	bool              first;	/* before the other half ended */
	bool              took;		/* bytes from its source; session_clock.c clears it */
	bool              blocked;	/* the target takes nothing and nothing may be kept */
	bool              discards;	/* the target is gone: read to the end, deliver nothing */
	bool              splices;
	bool              much;		/* the last splice filled a small pipe */
	bool              buffered;	/* it is a body */
	uint8_t           small;	/* splices in a row that were not worth it */
};

#endif
