/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two connections joined in both directions. A half moves the bytes of one direction; the code of
 * both is the same. Which events each connection waits for is computed from the two halves after
 * every move, so backpressure and half-close have no code of their own. A half that reads much
 * uses splice(), one that reads little copies.
 */
#ifndef PROXY_RELAY_H
#define PROXY_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "proxy/relay_half.h"

struct conn;

enum relay_status {
	RELAY_OPEN,
	RELAY_DONE,		/* both ways saw the end and delivered everything */
	RELAY_CLIENT_FAILED,	/* errno says why, unless no_memory or lost is set */
	RELAY_SERVER_FAILED,	/* with up.discards: its answer was delivered */
};

struct relay {
	struct half up;		/* client to backend */
	struct half down;
	bool        no_memory;
	bool        lost;	/* the body that was collected cannot be read from its file */
	bool        fast_path;	/* nothing held, no end seen, reading armed on both sides */
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
