/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_server.h"

#include <errno.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include "admin/answer.h"
#include "admin/event_libevent.h"
#include "admin/http_places.h"
#include "admin/http_request.h"
#include "admin/http_stream.h"
#include "admin/tls.h"
#include "core/log.h"
#include "core/text.h"

/* evhttp counts without the ends of lines; http_head.c with them, and so sees it first. */
#define EVHTTP_HEAD_BYTES HTTP_HEAD_BYTES

#define LISTENERS 64	/* those that only have connections still are among them */

static struct http_listener {
	struct http_conn_listener   conn;
	struct evhttp              *evhttp;	/* NULL: the place is free */
	struct evhttp_bound_socket *bound;	/* NULL: it accepts nobody any more */
	struct http_use             use;
} listeners[LISTENERS];

static bool is_open;
static http_handler *handler;

const uint64_t http_server_limits_ms[PHASES] = {
	[PHASE_HANDSHAKE] = 5000,
	[PHASE_IDLE] = 10000,
	[PHASE_HEAD] = 10000,
	[PHASE_BODY] = 20000,
	[PHASE_WRITING] = 10000,
	[PHASE_LINGERING] = 2000,
};

static void refuse(int status, const char *path, struct evbuffer *out)
{
	struct text text;

	text_init(&text);
	answer_refusal(status, path, &text);
	evbuffer_add(out, text.data, text.len);
	text_close(&text);
}

/* evhttp is about to free a connection whose last answer is whole. */
static void on_ended(struct evhttp_connection *evcon, void *arg)
{
	(void)arg;
	tls_end(evhttp_connection_get_bufferevent(evcon));
}

/* evhttp has sent the answer; it takes its request back after this. */
static void on_sent(struct evhttp_request *inner, void *arg)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(inner);
	struct http_request *r = arg;

	event_libevent_woke();
	evhttp_connection_set_closecb(evcon, on_ended, NULL);
	http_conn_idle(evhttp_connection_get_bufferevent(evcon));
	http_stream_over(r, true);
	http_request_free(r);
}

/*
 * evhttp calls this right before it frees the connection, and with it the request, if the
 * request is answered or the server ends. A request without an answer is left to us. Without
 * on_gone its handler will still answer it, and http_answer() frees it.
 */
static void on_closed(struct evhttp_connection *evcon, void *arg)
{
	struct http_request *r = arg;
	bool ours = http_request_orphaned(r);

	(void)evcon;
	event_libevent_woke();
	if (ours && !r->answered && r->stream == NULL && r->on_gone == NULL)
		return;
	if (!r->answered && r->on_gone != NULL)
		r->on_gone(r);
	http_stream_over(r, false);
	if (ours)
		evhttp_request_free(r->inner);
	http_request_free(r);
}

/*
 * evhttp does not read the body of HEAD, in some versions that of GET and DELETE, nor one
 * with a transfer encoding that it does not know. It would take that body for the next request.
 */
static bool has_unread_body(const struct http_request *r)
{
	const char *length = http_request_header(r, "Content-Length");
	const char *encoding = http_request_header(r, "Transfer-Encoding");

	if ((http_method(r) & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) != 0)
		return encoding != NULL && strcasecmp(encoding, "chunked") != 0;
	return encoding != NULL || (length != NULL && strcmp(length, "0") != 0);
}

/*
 * Where the body ends is told twice: two readers could differ, and what one takes for the body
 * would be the other's next request (RFC 9112, section 6.3).
 */
static bool has_two_lengths(const struct http_request *r)
{
	return http_request_header_count(r, "Content-Length") +
		       http_request_header_count(r, "Transfer-Encoding") > 1;
}

static void on_request(struct evhttp_request *inner, void *arg)
{
	const struct http_listener *listener = arg;
	struct evhttp_connection *evcon = evhttp_request_get_connection(inner);
	int status = http_conn_working(evhttp_connection_get_bufferevent(evcon));
	struct http_request *r = http_request_new(inner, listener->use.access, listener->use.local);

	event_libevent_woke();
	if (r == NULL) {
		evhttp_send_reply(inner, 503, NULL, NULL);
		return;
	}
	evhttp_connection_set_closecb(evcon, on_closed, r);
	evhttp_request_set_on_complete_cb(inner, on_sent, r);
	if (status == 0 && has_two_lengths(r))
		status = 400;
	if (status != 0 || has_unread_body(r))
		http_header(r, "Connection", "close");
	if (status != 0)
		answer_status(r, status);
	else
		handler(r);
}

/* libevent warns when it is used in a wrong way, or is out of memory. */
static void on_complaint(int severity, const char *message)
{
	log_write(severity >= EVENT_LOG_WARN ? LEVEL_WARN : LEVEL_DEBUG, "libevent: %s", message);
}

void http_server_open(http_handler *on, const uint64_t limits_ms[PHASES])
{
	struct http_conn_setup setup = { .refuse = refuse };

	handler = on;
	is_open = true;
	memcpy(setup.limits_ms, limits_ms, sizeof(setup.limits_ms));
	event_set_log_callback(on_complaint);
	http_conn_open(&setup);
}

static void prepare(struct http_listener *listener)
{
	struct evhttp *evhttp = listener->evhttp;

	evhttp_set_gencb(evhttp, on_request, listener);
	evhttp_set_bevcb(evhttp, http_conn_new, &listener->conn);
	evhttp_set_max_headers_size(evhttp, EVHTTP_HEAD_BYTES);
	evhttp_set_max_body_size(evhttp, HTTP_BODY_BYTES);
	evhttp_set_allowed_methods(evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
						   EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
						   EVHTTP_REQ_PATCH | EVHTTP_REQ_OPTIONS);
}

/* Its connections end with it. */
static void free_listener(struct http_listener *listener)
{
	http_places_forget(&listener->conn);
	evhttp_free(listener->evhttp);
	listener->evhttp = NULL;
}

/* A free place; where there is none, the first that has only connections still. */
static struct http_listener *free_place(void)
{
	struct http_listener *closing = NULL;

	for (unsigned i = 0; i < LISTENERS; i++) {
		struct http_listener *l = &listeners[i];

		if (l->evhttp != NULL && l->bound == NULL && l->conn.connections == 0)
			free_listener(l);
		if (l->evhttp == NULL)
			return l;
		if (l->bound == NULL && closing == NULL)
			closing = l;
	}
	if (closing != NULL)
		free_listener(closing);
	return closing;
}

void http_server_use(struct http_listener *listener, const struct http_use *use)
{
	listener->use = *use;
	listener->conn.tls = use->tls;
}

struct http_listener *http_server_listen(int fd, const struct http_use *use)
{
	struct http_listener *listener = free_place();

	errno = ENOBUFS;
	if (listener == NULL)
		return NULL;
	*listener = (struct http_listener){ .evhttp = evhttp_new(event_libevent_base()) };
	if (listener->evhttp == NULL)
		return NULL;
	prepare(listener);
	listener->conn.reserved = use->control;
	http_server_use(listener, use);
	listener->bound = evhttp_accept_socket_with_handle(listener->evhttp, fd);
	if (listener->bound == NULL) {
		evhttp_free(listener->evhttp);
		listener->evhttp = NULL;
		return NULL;
	}
	listener->conn.inner = evhttp_bound_socket_get_listener(listener->bound);
	http_places_listen(&listener->conn);
	return listener;
}

void http_server_unlisten(struct http_listener *listener)
{
	http_places_unlisten(&listener->conn);
	evhttp_del_accept_socket(listener->evhttp, listener->bound);
	listener->bound = NULL;
}

void http_server_close(void)
{
	if (!is_open)
		return;
	is_open = false;
	for (unsigned i = 0; i < LISTENERS; i++) {
		if (listeners[i].evhttp != NULL)
			free_listener(&listeners[i]);
	}
	http_conn_close();
}
