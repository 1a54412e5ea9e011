/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_stream.h"

#include <strings.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>

#include "admin/event_libevent.h"
#include "admin/http_request.h"

static void next_piece(struct http_request *r)
{
	r->in_more = true;
	r->stream->more(r, r->stream_arg);
	r->in_more = false;
	if (r->ending) {
		r->answered = true;
		evhttp_send_reply_end(r->inner);
		return;
	}
	http_stream_flush(r);
}

static void on_taken(struct evhttp_connection *evcon, void *arg)
{
	struct http_request *r = arg;

	(void)evcon;
	event_libevent_woke();
	next_piece(r);
}

void http_stream_flush(struct http_request *r)
{
	struct evbuffer *piece = evhttp_request_get_output_buffer(r->inner);

	if (!r->in_more && evbuffer_get_length(piece) != 0)
		evhttp_send_reply_chunk_with_cb(r->inner, piece, on_taken, r);
}

size_t http_stream_waiting(const struct http_request *r)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(r->inner);
	struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);

	return evbuffer_get_length(bufferevent_get_output(bev));
}

void http_stream_end(struct http_request *r)
{
	struct evbuffer *piece = evhttp_request_get_output_buffer(r->inner);

	if (evbuffer_get_length(piece) != 0)
		evhttp_send_reply_chunk_with_cb(r->inner, piece, NULL, NULL);
	r->ending = true;
	if (r->in_more)
		return;
	r->answered = true;
	evhttp_send_reply_end(r->inner);
}

/*
 * evhttp gives an HTTP/1.0 client that asks for keep-alive a Content-Length of 0 here;
 * without the word it ends the connection behind the answer. HTTP/1.1 keeps it anyway.
 */
static void forget_keep_alive(struct http_request *r)
{
	const char *connection = http_request_header(r, "Connection");

	if (connection != NULL && strcasecmp(connection, "keep-alive") == 0)
		evhttp_remove_header(evhttp_request_get_input_headers(r->inner), "Connection");
}

void http_stream_begin(struct http_request *r, int status, const char *type,
		       const struct http_stream *stream, void *arg)
{
	r->stream = stream;
	r->stream_arg = arg;
	timer_cancel(&r->late);
	http_header(r, "Content-Type", type);
	http_header(r, "Cache-Control", "no-store");
	if (http_request_orphaned(r)) {
		http_stream_over(r, false);
		evhttp_request_free(r->inner);
		http_request_free(r);
		return;
	}
	forget_keep_alive(r);
	evhttp_send_reply_start(r->inner, status, NULL);
	if (http_method(r) == HTTP_HEAD)
		http_stream_end(r);
	else
		next_piece(r);
}

void http_stream_over(struct http_request *r, bool whole)
{
	if (r->stream != NULL)
		r->stream->over(r->stream_arg, whole);
}
