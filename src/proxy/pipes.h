/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes for splice(), pooled for each worker, in two sizes: a big pipe halves the cost of a byte,
 * a small one is enough for most sessions. Only an empty pipe goes back to the pool: bytes left in
 * it would reach the client of another session. Linux limits the pipe pages of an unprivileged
 * user, so each pool has at most a quarter of them over all workers, and checks the size it got.
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
/* A small pipe if there is no `big` one. NULL: there is none, copy instead. */
struct pipe_pair *pipes_take(bool big);
void pipes_give(struct pipe_pair *p);	/* closed when it holds bytes */
void pipes_trim(void);			/* once a second: closes those not needed lately */

#endif
