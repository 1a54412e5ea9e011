/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clients of `fastrouter_stats`: each is sent the figures of a service and the end of the stream,
 * at once or (HTTP) as soon as it has sent something. The figures are made in pieces, the next one
 * when the client has taken the one before: a client that sends or reads nothing costs its place
 * for a while, and nobody else anything.
 */
#ifndef ADMIN_FASTROUTER_CONN_H
#define ADMIN_FASTROUTER_CONN_H

#include <stdbool.h>

#include "core/handle.h"

/* What clients of an address get. */
struct fastrouter_answer {
	struct handle service;
	bool          http, minified;
};

void fastrouter_conn_open(void);
void fastrouter_conn_close_all(void);
/* There is room for one more now, perhaps because one that stood still has given way. */
bool fastrouter_conn_room(void);
/* Takes over a descriptor, which was accepted just now. */
void fastrouter_conn_new(int fd, const struct fastrouter_answer *answer);

#endif
