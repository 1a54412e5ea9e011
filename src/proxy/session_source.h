/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes whose nodes stand in a table under the key: subscription servers and caches. */
#ifndef PROXY_SESSION_SOURCE_H
#define PROXY_SESSION_SOURCE_H

struct backend;
struct node_route;
struct session;

/*
 * A node of the key, with its place taken. NULL: there is none now; with `filling` of the walk, it
 * may be there in a moment: session_wait().
 */
struct backend *session_source_take(struct session *s, const struct node_route *r);

#endif
