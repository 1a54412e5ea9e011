/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes for splicing, pooled per worker, of two sizes: big ones halve the cost of a byte, small
 * ones suffice for most. Only empty ones come back to the pool: a byte left in one would reach a
 * stranger. An unprivileged user has few pipe pages over all his processes, so the pools are
 * bounded, to a quarter of them each over all workers, and check what they got.
 */
#ifndef PROXY_PIPES_H
#define PROXY_PIPES_H

#include <stdbool.h>
#include <stdint.h>

#define PIPE_SMALL (64 * 1024)	/* bytes */
#define PIPE_BIG (256 * 1024)

struct pipe_pair {
	int      out, in;	/* read and write end */
	uint32_t bytes;		/* in it now */
	uint32_t size;		/* bytes that fit: PIPE_SMALL or PIPE_BIG */
};

/* `workers` share the user's pipe pages. */
void pipes_open(uint32_t workers);
/* A small one where no `big` one is to be had. NULL: none at all; go on copying. */
struct pipe_pair *pipes_take(bool big);
void pipes_give(struct pipe_pair *p);	/* closed when it holds bytes */
void pipes_trim(void);			/* once a second: those not needed lately are closed */

#endif
