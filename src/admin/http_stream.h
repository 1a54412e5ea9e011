/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers in pieces, for what is large or has no end: sent as chunks to HTTP/1.1, up to the
 * end of the connection to HTTP/1.0. A piece is written with http_write(). The next is asked
 * for when the client has taken it, so that a slow client costs one piece of memory.
 */
#ifndef ADMIN_HTTP_STREAM_H
#define ADMIN_HTTP_STREAM_H

#include <stdbool.h>

#include "admin/http.h"

struct http_stream {
	/*
	 * The client has taken all that was written. Writes a piece, or ends the answer, or
	 * neither: then http_stream_flush() sends what is written later.
	 */
	void (*more)(struct http_request *r, void *arg);
	/* Last, exactly once. `whole`: the client has taken all of it; else it has gone. */
	void (*over)(void *arg, bool whole);
};

/*
 * Sends status and headers; the first piece is asked for before this returns, and over() may
 * be called as well. HEAD is asked for none. `stream` stays valid until over() was called.
 */
void http_stream_begin(struct http_request *r, int status, const char *type,
		       const struct http_stream *stream, void *arg);
/* Sends what was written since. Not needed in more(). */
void http_stream_flush(struct http_request *r);
/* Bytes that the client has not taken yet: whoever flushes without being asked looks first. */
size_t http_stream_waiting(const struct http_request *r);
/* What was written is the last. Nothing may be done with the request afterwards. */
void http_stream_end(struct http_request *r);

/* For http_server.c: calls over(), if there is a stream. */
void http_stream_over(struct http_request *r, bool whole);

#endif
