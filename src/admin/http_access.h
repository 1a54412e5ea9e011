/* SPDX-License-Identifier: BSD-2-Clause */
/* The levels of what clients of the API may do. */
#ifndef ADMIN_HTTP_ACCESS_H
#define ADMIN_HTTP_ACCESS_H

/* What a client may do: its listener says, and its token. Each level has those before it. */
enum http_access {
	HTTP_ACCESS_METRICS,	/* figures and health */
	HTTP_ACCESS_READ,	/* everything, and change nothing */
	HTTP_ACCESS_OPERATE,	/* state and drain_timeout; end sessions; check and resolve */
	HTTP_ACCESS_WRITE,
};

#endif
