/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of evhttp, watched from outside: in which phase of a request each is. So those
 * that are too slow can be ended (evhttp counts only silence, and a byte a second extends its
 * timeouts), and the HTML that evhttp sends for requests that it refuses can be replaced.
 */
#ifndef ADMIN_HTTP_CONN_H
#define ADMIN_HTTP_CONN_H

#include <stdint.h>

#include "admin/http_phase.h"
#include "admin/http_refuse.h"
#include "core/base.h"

struct bufferevent;
struct event_base;

struct http_conn_setup {
	uint64_t      limits_ms[PHASES];	/* 0: none */
	http_refusal *refuse;
};

void http_conn_open(const struct http_conn_setup *setup);
void http_conn_close(void);

/* For evhttp_set_bevcb(), with a struct http_conn_listener: a connection was just accepted. */
struct bufferevent *http_conn_new(struct event_base *base, void *arg);

/*
 * evhttp has read a request as a whole and calls its handler. Returns 0, or the status with
 * which it has to be refused: 414 or 431.
 */
int http_conn_working(const struct bufferevent *bev);
/* The answer has been sent: another request may follow. */
void http_conn_idle(const struct bufferevent *bev);

#endif
