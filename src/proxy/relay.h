/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two connections joined both ways. A half moves bytes one way, and both halves
 * are the same code; what each connection waits for follows from the two
 * halves, so backpressure and half-close need no code of their own. A half that
 * reads much moves to splice, one that reads little moves back.
 */
#ifndef PROXY_RELAY_H
#define PROXY_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "proxy/buffer.h"

struct conn;
struct pipe_pair;

enum relay_status {
	RELAY_OPEN,
	RELAY_DONE,		/* both ways saw the end and delivered everything */
	RELAY_CLIENT_FAILED,	/* errno says why, unless no_memory is set */
	RELAY_SERVER_FAILED,	/* with up.discards: its answer was delivered */
};

struct half {
	uint64_t          bytes;	/* delivered */
	struct kept       kept;
	struct pipe_pair *pipe;		/* while bytes are in it */
	bool              eof;		/* the source has ended */
	bool              reset;	/* ... by a reset, which follows what is held */
	bool              shut;		/* and the target was told */
	bool              first;	/* before the other half ended */
	bool              took;		/* bytes from its source; who watches clears it */
	bool              blocked;	/* the target takes nothing and nothing may be kept */
	bool              discards;	/* the target is gone: read to the end, deliver nothing */
	bool              splices;
	bool              much;		/* the last splice filled a small pipe */
	uint8_t           small;	/* splices in a row that were not worth it */
};

struct relay {
	struct half up;		/* client to backend */
	struct half down;
	bool        no_memory;
	bool        plain;	/* both flow, nothing is held, the kernel knows what is wanted */
};

void relay_init(struct relay *r);

/* Bytes read from the client before there was a backend; false: out of memory. */
bool relay_keep(struct relay *r, const char *bytes, size_t len) MUST_CHECK;

/* Moves what can be moved, both ways, and says what each side waits for. */
enum relay_status relay_move(struct relay *r, struct conn *client, struct conn *server);

/* All that the source of the half has sent, and its end, are in the target's socket. */
bool relay_delivered(const struct half *h);

/* Bytes of the half wait for their target. */
bool relay_holds(const struct half *h);

void relay_close(struct relay *r);

#endif
