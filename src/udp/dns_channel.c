/* SPDX-License-Identifier: BSD-2-Clause */
#define CARES_NO_DEPRECATED	/* new names for the same, which 1.18 does not have */
#include "udp/dns_channel.h"

#include <ares.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/addr.h"
#include "event/event.h"

#define CLASS_IN 1
#define EDNS_BYTES 1232	/* what passes through every network in one piece */

struct dns_channel {
	ares_channel ares;
	struct timer timer;
	struct list  sockets;
	bool         closing;
};

struct dns_socket {
	struct event        event;
	struct list         link;
	struct deferred     deferred;	/* it is freed by */
	struct dns_channel *channel;
};

/* A question, until it is answered. */
struct dns_question {
	dns_channel_done *done;
	void             *arg;
};

static void on_timer(struct timer *t);

/* After every call of c-ares: it may wait for less, or more. */
static void set_timer(struct dns_channel *ch)
{
	struct timeval most = { 0, 0 }, *next;

	if (ch->closing)
		return;
	next = ares_timeout(ch->ares, NULL, &most);
	if (next == NULL)
		timer_cancel(&ch->timer);
	else
		timer_set(&ch->timer, (uint64_t)next->tv_sec * 1000 +
				      (uint64_t)(next->tv_usec + 999) / 1000);
}

static void on_timer(struct timer *t)
{
	struct dns_channel *ch = container_of(t, struct dns_channel, timer);

	ares_process_fd(ch->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	set_timer(ch);
}

static void on_socket(struct event *ev, unsigned ready)
{
	struct dns_socket *s = container_of(ev, struct dns_socket, event);
	struct dns_channel *ch = s->channel;
	bool broken = (ready & (EVENT_ERROR | EVENT_HUP)) != 0;
	int fd = ev->fd;

	ares_process_fd(ch->ares, (ready & EVENT_READ) != 0 || broken ? fd : ARES_SOCKET_BAD,
			(ready & EVENT_WRITE) != 0 ? fd : ARES_SOCKET_BAD);
	set_timer(ch);
}

static void free_socket(struct deferred *d)
{
	free(container_of(d, struct dns_socket, deferred));
}

static struct dns_socket *find_socket(struct dns_channel *ch, int fd)
{
	for (struct list *at = ch->sockets.next; at != &ch->sockets; at = at->next) {
		struct dns_socket *s = container_of(at, struct dns_socket, link);

		if (s->event.fd == fd)
			return s;
	}
	return NULL;
}

/* Without memory nothing waits for the socket, and the question ends by its timeout. */
static struct dns_socket *new_socket(struct dns_channel *ch, int fd)
{
	struct dns_socket *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->channel = ch;
	event_setup(&s->event, fd, on_socket);
	event_set_shared(&s->event, false);	/* c-ares does not say when it has read all */
	list_append(&ch->sockets, &s->link);
	return s;
}

/* c-ares has opened a socket, waits for other things, or closes it next (waits for nothing). */
static void on_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns_channel *ch = arg;
	struct dns_socket *s = find_socket(ch, fd);

	if (readable == 0 && writable == 0) {
		if (s == NULL)
			return;
		event_forget(&s->event);
		list_unlink(&s->link);
		loop_defer(&s->deferred, free_socket);
		return;
	}
	if (s == NULL)
		s = new_socket(ch, fd);
	if (s != NULL)
		event_want(&s->event, (readable != 0 ? EVENT_READ : 0u) |
				      (writable != 0 ? EVENT_WRITE : 0u));
}

/* Its own list of servers, no search domains, no files: dns_lookup.c knows what to ask. */
static int open_ares(struct dns_channel *ch, uint32_t timeout_ms)
{
	struct ares_options options = {
		/* NOCHECKRESP: SERVFAIL and REFUSED are told apart from a dead server */
		.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH |
			 ARES_FLAG_NOALIASES,
		.timeout = (int)timeout_ms,
		.tries = 1,
		.ednspsz = EDNS_BYTES,
		.sock_state_cb = on_state,
		.sock_state_cb_data = ch,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
		   ARES_OPT_SOCK_STATE_CB;

	options.lookups = (char[]){ "b" };
	mask |= ARES_OPT_LOOKUPS;
#ifdef ARES_OPT_QUERY_CACHE
	mask |= ARES_OPT_QUERY_CACHE;	/* and qcache_max_ttl is 0: "now" means now */
#endif
	return ares_init_options(&ch->ares, &options, mask);
}

struct dns_channel *dns_channel_open(const struct addr *server, uint32_t timeout_ms)
{
	struct dns_channel *ch = calloc(1, sizeof(*ch));
	char text[ADDR_TEXT];

	if (ch == NULL)
		return NULL;
	list_init(&ch->sockets);
	timer_setup(&ch->timer, on_timer);
	if (open_ares(ch, timeout_ms) != ARES_SUCCESS) {
		free(ch);
		return NULL;
	}
	if (ares_set_servers_ports_csv(ch->ares, addr_print(server, text, sizeof(text))) !=
	    ARES_SUCCESS) {
		dns_channel_close(ch);
		return NULL;
	}
	return ch;
}

void dns_channel_close(struct dns_channel *ch)
{
	ch->closing = true;
	timer_cancel(&ch->timer);
	ares_destroy(ch->ares);
	while (!list_empty(&ch->sockets)) {
		struct dns_socket *s = container_of(ch->sockets.next, struct dns_socket, link);

		event_forget(&s->event);
		list_unlink(&s->link);
		loop_defer(&s->deferred, free_socket);
	}
	free(ch);
}

static enum dns_status status_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return DNS_OK;
	case ARES_ENODATA:
		return DNS_EMPTY;
	case ARES_ENOTFOUND:
		return DNS_NXDOMAIN;
	case ARES_ESERVFAIL:
		return DNS_SERVFAIL;
	case ARES_EREFUSED:
	case ARES_ECONNREFUSED:
		return DNS_REFUSED;
	case ARES_ETIMEOUT:
		return DNS_TIMEOUT;
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return DNS_PENDING;
	default:
		return DNS_INVALID;
	}
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
	struct dns_question q = *(struct dns_question *)arg;

	(void)timeouts;
	free(arg);
	q.done(q.arg, status_of(status),
	       (struct slice){ (const char *)bytes, bytes != NULL && len > 0 ? (size_t)len : 0 });
}

void dns_channel_query(struct dns_channel *ch, const char *name, enum dns_type type,
		       dns_channel_done *done, void *arg)
{
	struct dns_question *q = malloc(sizeof(*q));

	if (q == NULL) {
		done(arg, DNS_INVALID, slice_of(""));
		return;
	}
	*q = (struct dns_question){ done, arg };
	ares_query(ch->ares, name, CLASS_IN, (int)type, on_answer, q);
	set_timer(ch);
}
