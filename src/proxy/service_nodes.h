/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a service has a node: something that its sessions could go to. With `when_empty: wait`
 * its clients stay in the listening socket while it has none.
 */
#ifndef PROXY_SERVICE_NODES_H
#define PROXY_SERVICE_NODES_H

#include <stdbool.h>

struct service;

/*
 * A session that came now could get a backend, were it not for max_connections. Nodes that are
 * known only once a session has come count as there: this is the place where that is asked.
 */
bool service_nodes_any(const struct service *s);
/* The same of its routes to what are no backends of its own. */
bool service_nodes_by_route(const struct service *s);
/*
 * What its routes look keys up in is being filled for the first time: a key that is not known now
 * may be in a moment.
 */
bool service_nodes_fill(const struct service *s);
/* Clients of the service are not to be accepted now. */
bool service_nodes_wait(const struct service *s);

#endif
