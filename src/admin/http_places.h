/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places of connections: how many there may be, who gives way to a new one, who was too slow.
 * The control socket has places of its own: whatever strangers do by TCP, it is served.
 */
#ifndef ADMIN_HTTP_PLACES_H
#define ADMIN_HTTP_PLACES_H

#include <stdbool.h>

#include "core/base.h"
#include "core/list.h"

struct evconnlistener;
struct http_conn;

/* Where connections are accepted. It must live as long as it has connections. */
struct http_conn_listener {
	struct list            link;
	struct evconnlistener *inner;
	bool                   tls;		/* of new connections */
	bool                   reserved;	/* the control socket */
	unsigned               connections;
};

/* `closed` is called before a place is free again, while its bufferevent is there still. */
void http_places_open(void (*closed)(struct http_conn *c));
void http_places_close(void);
/* It accepts nobody while there is no place for its connections. */
void http_places_listen(struct http_conn_listener *listener);
void http_places_unlisten(struct http_conn_listener *listener);
/* It is about to be freed, and evhttp with all of its connections. */
void http_places_forget(struct http_conn_listener *listener);

/* A place for a new connection of the listener, all zeroes; NULL: there is none. */
struct http_conn *http_places_take(struct http_conn_listener *listener) MUST_CHECK;
/* The one behind `c`, or (NULL) the first. NULL: there are no more. */
struct http_conn *http_places_next(struct http_conn *c);
void http_places_sweep_soon(void);

#endif
