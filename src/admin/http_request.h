/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a request, for http.c, http_stream.c and http_server.c alone. It lives from
 * the moment when evhttp has read the request until its answer was sent or its connection
 * is closed.
 */
#ifndef ADMIN_HTTP_REQUEST_H
#define ADMIN_HTTP_REQUEST_H

#include <stdbool.h>

#include "core/base.h"
#include "event/event.h"

struct evhttp_request;
struct http_request;
struct http_stream;
struct token;
struct tokens;

struct http_request {
	struct evhttp_request *inner;
	int                    access;		/* enum http_access: its listener's, its token's */
	bool                   local;		/* its listener is a unix socket */
	struct tokens         *tokens;		/* held as long as `token`; NULL */
	const struct token    *token;
	bool                   answered;	/* nothing more comes from its handler */
	bool                   muted;		/* http_mute() */
	void                 (*on_gone)(struct http_request *r);	/* or NULL */
	void                 (*on_late)(struct http_request *r);
	struct timer           late;
	/* an answer in pieces, once it has begun */
	const struct http_stream *stream;
	void                  *stream_arg;
	bool                   in_more;		/* more() runs */
	bool                   ending;		/* the last piece is written */
};

struct http_request *http_request_new(struct evhttp_request *inner, int access,
				      bool local) MUST_CHECK;
void http_request_free(struct http_request *r);
/* Its connection is closed, and evhttp has left the request to us. */
bool http_request_orphaned(const struct http_request *r) MUST_CHECK;

#endif
