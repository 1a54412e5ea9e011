/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes for splicing, pooled per worker. Only empty ones come back to the pool:
 * a byte left in one would reach a stranger. An unprivileged user has few pipe
 * pages over all his processes, so the pool is bounded and checks what it got.
 */
#ifndef PROXY_PIPES_H
#define PROXY_PIPES_H

#include <stdbool.h>
#include <stdint.h>

struct pipe_pair {
	int      out, in;	/* read and write end */
	uint32_t bytes;		/* in it now */
};

/* `workers` share the user's pipe pages. */
void pipes_open(uint32_t workers);
/* NULL: none to be had; go on copying. */
struct pipe_pair *pipes_take(void);
void pipes_give(struct pipe_pair *p);	/* closed when it holds bytes */
void pipes_trim(void);			/* once a second: those not needed lately are closed */

#endif
