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

#endif
