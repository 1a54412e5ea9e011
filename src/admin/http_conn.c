/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_conn.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>

#include "core/list.h"
#include "event/event.h"

#define CONNECTIONS 1024	/* at once; more wait in the listener's queue */
#define REQUEST_MS 10000	/* from a request's first byte to its last */
#define SWEEP_MS 500
#define SWEEP_FULL_MS 20	/* while somebody waits for a place */
#define SWEEP_STEP 4		/* looked at with each new connection */

/*
 * evhttp has no hook for the end of a connection. So a second reference is held
 * here, and one whose callbacks evhttp has taken away is one that it has closed.
 */
struct http_conn {
	struct list         link;
	struct bufferevent *bev;
	uint64_t            since;	/* a request began to arrive and is not whole; 0: none */
	bool                answering;	/* one is whole; its answer may take its time */
};

static struct http_conn conns[CONNECTIONS];
static struct list used, unused;
static struct evconnlistener *listener;
static bool paused;
static struct timer sweep_due;

static void on_input(struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	(void)buffer;
	if (info->n_added != 0 && c->since == 0 && !c->answering)
		c->since = loop_now();
}

/* An answer has begun: what the client has sent meanwhile is the next request. */
static void on_output(struct evbuffer *buffer, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	(void)buffer;
	if (info->n_added == 0)
		return;
	c->answering = false;
	c->since = evbuffer_get_length(bufferevent_get_input(c->bev)) != 0 ? loop_now() : 0;
}

void http_conn_whole(const struct bufferevent *bev)
{
	for (struct list *node = used.next; node != &used; node = node->next) {
		struct http_conn *c = container_of(node, struct http_conn, link);

		if (c->bev != bev)
			continue;
		c->answering = true;
		c->since = 0;
		return;
	}
}

static bool is_closed(const struct http_conn *c)
{
	bufferevent_data_cb on_read;
	bufferevent_event_cb on_event;

	bufferevent_getcb(c->bev, &on_read, NULL, &on_event, NULL);
	return on_read == NULL && on_event == NULL;
}

static void release(struct http_conn *c)
{
	evbuffer_remove_cb(bufferevent_get_input(c->bev), on_input, c);
	evbuffer_remove_cb(bufferevent_get_output(c->bev), on_output, c);
	bufferevent_decref(c->bev);
	c->bev = NULL;
	list_unlink(&c->link);
	list_append(&unused, &c->link);
}

/* One look: true when its place is free again. */
static bool look(struct http_conn *c)
{
	if (is_closed(c)) {
		release(c);
		return true;
	}
	/* evhttp sees the end of the stream and closes it */
	if (c->since != 0 && loop_now() > c->since + REQUEST_MS)
		shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
	return false;
}

static void resume(void)
{
	if (!paused || list_empty(&unused))
		return;
	paused = false;
	evconnlistener_enable(listener);
}

/* Oldest first; those that stay go to the end. */
static void sweep(unsigned most)
{
	for (unsigned i = 0; i < most && !list_empty(&used); i++) {
		struct http_conn *c = container_of(used.next, struct http_conn, link);

		if (look(c))
			continue;
		list_unlink(&c->link);
		list_append(&used, &c->link);
	}
	resume();
}

static void on_sweep_due(struct timer *t)
{
	sweep(CONNECTIONS);
	if (!list_empty(&used))
		timer_set(t, paused ? SWEEP_FULL_MS : SWEEP_MS);
}

static void watch(struct bufferevent *bev)
{
	struct http_conn *c = container_of(unused.next, struct http_conn, link);

	list_unlink(&c->link);
	list_append(&used, &c->link);
	c->bev = bev;
	c->since = 0;
	c->answering = false;
	bufferevent_incref(bev);
	evbuffer_add_cb(bufferevent_get_input(bev), on_input, c);
	evbuffer_add_cb(bufferevent_get_output(bev), on_output, c);
	if (!timer_pending(&sweep_due))
		timer_set(&sweep_due, SWEEP_MS);
}

struct bufferevent *http_conn_new(struct event_base *base, void *arg)
{
	struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	(void)arg;
	sweep(SWEEP_STEP);
	if (bev == NULL || list_empty(&unused))
		return bev;
	watch(bev);
	if (list_empty(&unused)) {
		paused = true;
		evconnlistener_disable(listener);
		timer_set(&sweep_due, SWEEP_FULL_MS);
	}
	return bev;
}

void http_conn_open(struct evconnlistener *l)
{
	listener = l;
	paused = false;
	list_init(&used);
	list_init(&unused);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		list_init(&conns[i].link);
		list_append(&unused, &conns[i].link);
	}
	timer_setup(&sweep_due, on_sweep_due);
}

void http_conn_close(void)
{
	timer_cancel(&sweep_due);
	while (!list_empty(&used))
		release(container_of(used.next, struct http_conn, link));
}
