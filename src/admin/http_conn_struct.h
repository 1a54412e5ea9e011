/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a connection, for http_conn.c (its phases), http_places.c (how many there may be,
 * and who is too slow) and http_refuse.c (answers to what evhttp refuses). evhttp has no hook for
 * the end of a connection before its first request. So a second reference is held here, and a
 * bufferevent without callbacks is one that evhttp has freed.
 */
#ifndef ADMIN_HTTP_CONN_STRUCT_H
#define ADMIN_HTTP_CONN_STRUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/http_head.h"
#include "admin/http_phase.h"
#include "core/list.h"
#include "event/event.h"

struct bufferevent;
struct http_conn_listener;

struct http_conn {
	struct list         link;
	struct http_conn_listener *listener;	/* NULL: it has been freed */
	struct bufferevent *bev;
	bool                tls;
	bool                reserved;	/* has one of the places of the control socket */
	const uint64_t     *limits_ms;	/* of the phases; 0: none */
	enum http_phase     phase;
	uint64_t            since, until;	/* of the phase, loop time; until 0: no deadline */
	struct http_head    head;
	size_t              body;	/* bytes of a body that have arrived and are kept */
	bool                failed;	/* evhttp has refused its request; it will close it */
	bool                replaced;	/* ... and the answer is ours */
};

static inline void http_conn_enter(struct http_conn *c, enum http_phase phase)
{
	uint64_t limit = c->limits_ms[phase];

	c->phase = phase;
	c->since = loop_now();
	c->until = limit != 0 ? c->since + limit : 0;
}

#endif
