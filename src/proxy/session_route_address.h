/* SPDX-License-Identifier: BSD-2-Clause */
/* The address that a route makes of the key of a session. */
#ifndef PROXY_SESSION_ROUTE_ADDRESS_H
#define PROXY_SESSION_ROUTE_ADDRESS_H

#include <stdbool.h>

#include "core/base.h"

struct addr;
struct node_route;
struct session;

/* false: it makes none, or one that cannot be; the latter is logged. */
bool session_route_address(const struct session *s, const struct node_route *r,
			   struct addr *addr) MUST_CHECK;
/* The same of one that something else than its rule has made. */
bool session_route_address_fits(const struct session *s, const struct node_route *r,
				struct addr *addr) MUST_CHECK;
/* Logs, once a second, why what a route has made of a key is none. */
void session_route_address_bad(const struct session *s, const struct node_route *r,
			       const char *why);

#endif
