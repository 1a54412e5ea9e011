/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What evhttp does not do for its connections: limit how many there are, and
 * end those that send their request a byte at a time (its own timeouts count
 * silence only).
 */
#ifndef ADMIN_HTTP_CONN_H
#define ADMIN_HTTP_CONN_H

#include "core/base.h"

struct bufferevent;
struct evconnlistener;
struct event_base;

void http_conn_open(struct evconnlistener *listener);
void http_conn_close(void);

/* For evhttp_set_bevcb(): the bufferevent of a connection that was just accepted. */
struct bufferevent *http_conn_new(struct event_base *base, void *arg);

/* Its request has come as a whole: from now on it waits for us, however long that takes. */
void http_conn_whole(const struct bufferevent *bev);

#endif
