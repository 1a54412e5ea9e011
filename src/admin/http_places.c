/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_places.h"

#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <sys/socket.h>

#include "admin/http_conn_struct.h"
#include "admin/tls.h"
#include "event/event.h"

#define SWEEP_MS 500
#define SWEEP_SOON_MS 20	/* while a client waits for a place, or a refused one sends */
#define SWEEP_STEP 4		/* connections swept with each new one */
#define LINGER_READS 64		/* of one connection in one sweep */
#define LINGER_SWEEP_MS 2	/* a Unix socket holds 200 kB: 100 MB a second */
#define LINGER_SILENT_MS 2000
#define LINGER_MOST_MS 20000

/* Those of the control socket, and all others. */
enum { OTHERS, RESERVED, CLASSES };
static const struct {
	unsigned places;	/* at once; more wait in the listeners' queues */
	unsigned crowded;	/* with more than these, those that are idle give way */
} classes[CLASSES] = {
	[OTHERS] = { 1024, 1000 },
	[RESERVED] = { 1024, 1000 },
};

#define PLACES (2 * 1024)

static struct http_conn conns[PLACES];
static struct list used, unused, listeners;
static unsigned counts[CLASSES];
static bool paused[CLASSES];
static bool lingering;	/* the last sweep met a refused client that still sends */
static struct timer sweep_due;
static void (*on_closed)(struct http_conn *c);

static unsigned class_of(bool reserved)
{
	return reserved ? RESERVED : OTHERS;
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
	on_closed(c);
	bufferevent_decref(c->bev);
	c->bev = NULL;
	if (c->listener != NULL)
		c->listener->connections--;
	counts[class_of(c->reserved)]--;
	list_unlink(&c->link);
	list_append(&unused, &c->link);
}

/*
 * A socket that is closed with unread bytes resets the connection, and the client may lose
 * its answer. What a refused client still sends is read and dropped, until it has seen the
 * end of ours, for a while.
 */
static bool still_sends(struct http_conn *c)
{
	char dropped[16 * 1024];

	if (!c->replaced)
		return false;
	if (c->phase != PHASE_LINGERING)
		http_conn_enter(c, PHASE_LINGERING);
	if (loop_now() > c->until || loop_now() > c->since + LINGER_MOST_MS)
		return false;
	for (unsigned i = 0; i < LINGER_READS; i++) {
		ssize_t n = recv(bufferevent_getfd(c->bev), dropped, sizeof(dropped), MSG_DONTWAIT);

		if (n == 0)
			return false;
		if (n == -1)
			break;	/* would block; or an error, which the limit ends */
		c->until = loop_now() + LINGER_SILENT_MS;
	}
	lingering = true;
	return true;
}

/* evhttp reads the end of the stream, or fails to write, and closes it. */
static void cut(struct http_conn *c)
{
	shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
}

/* Ends what is too slow. true: its place is free again. */
static bool check(struct http_conn *c)
{
	if (is_closed(c)) {
		if (still_sends(c))
			return false;
		release(c);
		return true;
	}
	if (c->phase == PHASE_HANDSHAKE && tls_is_ready(c->bev))
		http_conn_enter(c, PHASE_IDLE);
	if (c->until != 0 && loop_now() > c->until)
		cut(c);
	return false;
}

static void pause_or_resume(unsigned class)
{
	bool full = counts[class] >= classes[class].places;

	if (paused[class] == full)
		return;
	paused[class] = full;
	for (struct list *node = listeners.next; node != &listeners; node = node->next) {
		struct http_conn_listener *l =
			container_of(node, struct http_conn_listener, link);

		if (class_of(l->reserved) != class)
			continue;
		if (full)
			evconnlistener_disable(l->inner);
		else
			evconnlistener_enable(l->inner);
	}
}

static bool is_any_paused(void)
{
	return paused[OTHERS] || paused[RESERVED];
}

/* Oldest first; those that stay go to the end. */
static void sweep(unsigned most)
{
	for (unsigned i = 0; i < most && !list_empty(&used); i++) {
		struct http_conn *c = container_of(used.next, struct http_conn, link);

		if (check(c))
			continue;
		list_unlink(&c->link);
		list_append(&used, &c->link);
	}
	pause_or_resume(OTHERS);
	pause_or_resume(RESERVED);
}

static void on_sweep_due(struct timer *t)
{
	unsigned count = 0;

	for (struct list *node = used.next; node != &used; node = node->next)
		count++;
	lingering = false;
	sweep(count);
	if (!list_empty(&used))
		timer_set(t, lingering ? LINGER_SWEEP_MS
			  : is_any_paused() ? SWEEP_SOON_MS : SWEEP_MS);
}

/* Those that have not begun a request: the one that has waited longest gives way. */
static void make_way(unsigned class)
{
	struct http_conn *oldest = NULL;

	if (counts[class] <= classes[class].crowded)
		return;
	for (struct http_conn *c = http_places_next(NULL); c != NULL; c = http_places_next(c)) {
		if (class_of(c->reserved) != class || c->phase > PHASE_IDLE || is_closed(c) ||
		    c->until == 1)
			continue;
		if (oldest == NULL || c->since < oldest->since)
			oldest = c;
	}
	if (oldest == NULL)
		return;
	oldest->until = 1;	/* long ago */
	cut(oldest);
	http_places_sweep_soon();
}

struct http_conn *http_places_take(struct http_conn_listener *listener)
{
	unsigned class = class_of(listener->reserved);
	struct http_conn *c;

	sweep(SWEEP_STEP);
	if (list_empty(&unused) || counts[class] >= classes[class].places)
		return NULL;
	make_way(class);
	c = container_of(unused.next, struct http_conn, link);
	list_unlink(&c->link);
	*c = (struct http_conn){ .listener = listener, .reserved = listener->reserved };
	list_init(&c->link);
	list_append(&used, &c->link);
	listener->connections++;
	counts[class]++;
	pause_or_resume(class);
	if (paused[class])
		http_places_sweep_soon();
	else if (!timer_pending(&sweep_due))
		timer_set(&sweep_due, SWEEP_MS);
	return c;
}

struct http_conn *http_places_next(struct http_conn *c)
{
	struct list *node = c != NULL ? c->link.next : used.next;

	return node != &used ? container_of(node, struct http_conn, link) : NULL;
}

void http_places_sweep_soon(void)
{
	timer_set(&sweep_due, SWEEP_SOON_MS);
}

void http_places_listen(struct http_conn_listener *listener)
{
	list_init(&listener->link);
	list_append(&listeners, &listener->link);
	if (paused[class_of(listener->reserved)])
		evconnlistener_disable(listener->inner);
}

void http_places_unlisten(struct http_conn_listener *listener)
{
	list_unlink(&listener->link);
	listener->inner = NULL;
}

void http_places_forget(struct http_conn_listener *listener)
{
	for (struct http_conn *c = http_places_next(NULL); c != NULL; c = http_places_next(c)) {
		if (c->listener == listener)
			c->listener = NULL;
	}
	listener->connections = 0;
}

void http_places_open(void (*closed)(struct http_conn *c))
{
	on_closed = closed;
	list_init(&used);
	list_init(&unused);
	list_init(&listeners);
	for (unsigned class = 0; class < CLASSES; class++) {
		counts[class] = 0;
		paused[class] = false;
	}
	for (unsigned i = 0; i < PLACES; i++) {
		list_init(&conns[i].link);
		list_append(&unused, &conns[i].link);
	}
	timer_setup(&sweep_due, on_sweep_due);
}

void http_places_close(void)
{
	timer_cancel(&sweep_due);
	while (!list_empty(&used))
		release(container_of(used.next, struct http_conn, link));
}
