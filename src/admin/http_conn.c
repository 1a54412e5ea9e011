/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_conn.h"

#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "admin/event_libevent.h"
#include "admin/http.h"
#include "admin/http_conn_struct.h"
#include "admin/http_places.h"
#include "admin/http_refuse.h"
#include "admin/tls.h"

#define BODY_BYTES (64 * 1024)	/* a body of that size is never too much */
#define BODIES_BYTES (64 * 1024 * 1024)	/* of all that are kept at once */

static uint64_t limits_ms[PHASES];
static size_t bodies;	/* sum of http_conn.body */

/* The last `count` bytes of the input belong to the head, or follow it. */
static void scan(struct http_conn *c, struct evbuffer *input, size_t count)
{
	struct evbuffer_ptr at;
	struct evbuffer_iovec part;

	if (evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - count, EVBUFFER_PTR_SET) != 0)
		return;
	while (count != 0 && evbuffer_peek(input, -1, &at, &part, 1) > 0) {
		size_t len = part.iov_len < count ? part.iov_len : count;

		http_head_scan(&c->head, (struct slice){ part.iov_base, len });
		count -= len;
		if (count == 0 || evbuffer_ptr_set(input, &at, len, EVBUFFER_PTR_ADD) != 0)
			break;
	}
	if (c->head.whole)
		http_conn_enter(c, PHASE_BODY);
}

/*
 * An end alone would leave a client waiting that still sends, and has found the window full: its
 * probes are not answered once the socket is closed. So the close resets the connection.
 */
static void reset(struct http_conn *c)
{
	static const struct linger at_once = { .l_onoff = 1 };
	int fd = bufferevent_getfd(c->bev);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	shutdown(fd, SHUT_RDWR);
}

/* evhttp keeps a body before anybody can say who sends it: strangers must not fill the memory. */
static void count_body(struct http_conn *c, size_t added)
{
	c->body += added;
	bodies += added;
	if (bodies > BODIES_BYTES && c->body > BODY_BYTES)
		reset(c);
}

static void forget_body(struct http_conn *c)
{
	bodies -= c->body;
	c->body = 0;
}

static void begin_head(struct http_conn *c)
{
	http_head_begin(&c->head);
	http_conn_enter(c, PHASE_HEAD);
}

/* While a handler works or its answer is sent, what comes is the next request: see idle. */
static void on_input(struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	if (info->n_added == 0)
		return;
	if (c->phase == PHASE_BODY)
		count_body(c, info->n_added);
	if (c->phase <= PHASE_IDLE)
		begin_head(c);
	if (c->phase == PHASE_HEAD)
		scan(c, buffer, info->n_added);
}

static void on_output(struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	switch (c->phase) {
	case PHASE_HANDSHAKE:
	case PHASE_IDLE:
	case PHASE_HEAD:
	case PHASE_BODY:
		if (info->n_added != 0 && !c->failed) {
			c->failed = true;
			event_libevent_before_write(http_refuse_failed);
		}
		break;
	case PHASE_WORKING:
		if (info->n_added != 0)
			http_conn_enter(c, PHASE_WRITING);
		break;
	case PHASE_WRITING:
		if (info->n_deleted != 0 || info->orig_size == 0)
			http_conn_enter(c, PHASE_WRITING);
		/* all is taken: now an answer in pieces waits for its handler */
		if (evbuffer_get_length(buffer) == 0)
			c->until = 0;
		break;
	case PHASE_LINGERING:
	case PHASES:
		break;
	}
}

static struct http_conn *find(const struct bufferevent *bev)
{
	struct http_conn *c = http_places_next(NULL);

	while (c != NULL && c->bev != bev)
		c = http_places_next(c);
	return c;
}

int http_conn_working(const struct bufferevent *bev)
{
	struct http_conn *c = find(bev);

	if (c == NULL)
		return 0;
	http_conn_enter(c, PHASE_WORKING);
	return c->head.status;
}

void http_conn_idle(const struct bufferevent *bev)
{
	struct http_conn *c = find(bev);
	struct evbuffer *input;

	if (c == NULL)
		return;
	forget_body(c);
	http_conn_enter(c, PHASE_IDLE);
	input = bufferevent_get_input(c->bev);
	if (evbuffer_get_length(input) == 0)
		return;
	begin_head(c);
	scan(c, input, evbuffer_get_length(input));
}

static void on_closed(struct http_conn *c)
{
	forget_body(c);
	evbuffer_remove_cb(bufferevent_get_input(c->bev), on_input, c);
	evbuffer_remove_cb(bufferevent_get_output(c->bev), on_output, c);
}

/* evhttp would serve plain HTTP where it is given none: this is never NULL for TLS. */
static struct bufferevent *new_bufferevent(struct event_base *base, bool tls)
{
	if (tls)
		return tls_accept(base);
	return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
}

struct bufferevent *http_conn_new(struct event_base *base, void *arg)
{
	struct http_conn_listener *listener = arg;
	struct bufferevent *bev = new_bufferevent(base, listener->tls);
	struct http_conn *c = bev != NULL ? http_places_take(listener) : NULL;

	if (c == NULL)
		return bev;
	c->bev = bev;
	c->tls = listener->tls;
	c->limits_ms = limits_ms;
	http_head_begin(&c->head);
	http_conn_enter(c, c->tls ? PHASE_HANDSHAKE : PHASE_IDLE);
	bufferevent_incref(bev);
	evbuffer_add_cb(bufferevent_get_input(bev), on_input, c);
	evbuffer_add_cb(bufferevent_get_output(bev), on_output, c);
	/* evhttp goes on reading while it answers: no more than one request is kept */
	bufferevent_setwatermark(bev, EV_READ, 0, HTTP_HEAD_BYTES + HTTP_BODY_BYTES);
	return bev;
}

void http_conn_open(const struct http_conn_setup *how)
{
	memcpy(limits_ms, how->limits_ms, sizeof(limits_ms));
	bodies = 0;
	http_refuse_open(how->refuse);
	http_places_open(on_closed);
}

void http_conn_close(void)
{
	http_places_close();
}
