/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP server of the control process: listeners, each with what its clients may do, and
 * the requests that evhttp has read. Requests that are refused before they reach the handler
 * are answered here, as problems.
 */
#ifndef ADMIN_HTTP_SERVER_H
#define ADMIN_HTTP_SERVER_H

#include <stdbool.h>

#include "admin/http.h"
#include "admin/http_conn.h"
#include "core/base.h"

/* Deadlines of the phases; for http_server_open(). */
extern const uint64_t http_server_limits_ms[PHASES];

/* After loop_open_with(&event_libevent). `handler` answers each request, now or later. */
void http_server_open(http_handler *handler, const uint64_t limits_ms[PHASES]);

/* What clients of a listener may do, and how they speak. */
struct http_use {
	enum http_access access;
	bool local;	/* a unix socket: guarded by its mode */
	bool tls;	/* tls_use() has been called */
	bool control;	/* the control socket: never refused because of others */
};

/* Serves on a listening socket, which it takes over. NULL: it cannot be (errno). */
struct http_listener *http_server_listen(int fd, const struct http_use *use) MUST_CHECK;
/* Requests that come from now on, and TLS of connections that come from now on. */
void http_server_use(struct http_listener *listener, const struct http_use *use);
/* Accepts nobody any more; connections that there are go on. The listener is gone. */
void http_server_unlisten(struct http_listener *listener);
/*
 * Ends all connections. Requests that are not answered yet are gone: handlers with
 * http_on_gone() are told, the others must not answer any more.
 */
void http_server_close(void);

#endif
