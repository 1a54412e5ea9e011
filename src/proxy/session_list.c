/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_list.h"

#include <string.h>

#include "core/scoreboard.h"
#include "core/slab.h"
#include "proxy/listener.h"
#include "proxy/service.h"
#include "proxy/session_struct.h"
#include "proxy/session_table.h"

static struct slab slab;
static struct list all;		/* oldest first */
static struct list marked;	/* have moved bytes, or are too young for keepalive */
static bool leaving;
static uint32_t active, numbers;
static void (*when_empty)(void);

void session_list_open(void)
{
	slab_init(&slab, sizeof(struct session));
	list_init(&all);
	list_init(&marked);
	active = 0;
	when_empty = NULL;
	leaving = false;
}

uint32_t session_list_active(void)
{
	return active;
}

/* Other workers read it, to accept no more than their share of a shared socket. */
static void count(uint32_t now)
{
	active = now;
	atomic_store_explicit(&scoreboard_slot(scoreboard_own())->sessions, now,
			      memory_order_relaxed);
}

/* What the statistics say about a session that is open, and the master about one that is lost. */
static void fill_row(const struct session *s)
{
	struct session_row *row = s->choice.row;
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	row->number = s->number;
	row->start_ms = loop_wall_ms();
	row->to_backend = row->to_client = 0;
	row->port = 0;
	memset(row->client, 0, sizeof(row->client));
	if (s->peer.sa.sa_family == AF_INET) {
		row->port = ntohs(s->peer.in.sin_port);
		memcpy(row->client, mapped, sizeof(mapped));
		memcpy(row->client + sizeof(mapped), &s->peer.in.sin_addr, 4);
	} else if (s->peer.sa.sa_family == AF_INET6) {
		row->port = ntohs(s->peer.in6.sin6_port);
		memcpy(row->client, &s->peer.in6.sin6_addr, sizeof(row->client));
	}
}

struct session *session_list_new(struct listener *listener, const union peer *peer)
{
	/* rows are the limit that is configured (worker_sessions), memory is the other one */
	struct session_row *row = session_table_take();
	struct session *s = row != NULL ? slab_take(&slab) : NULL;

	if (s == NULL) {
		if (row != NULL)
			session_table_give(row);
		return NULL;
	}
	memset(s, 0, sizeof(*s));
	s->choice.row = row;
	s->number = ++numbers;
	s->peer = *peer;
	s->listener = listener;
	s->service = listener->service;
	listener_hold(listener);
	service_hold(s->service);
	leaving |= s->service->removed;	/* its addresses are still being closed */
	list_init(&s->moved);
	list_init(&s->later.link);
	list_append(&all, &s->link);
	count(active + 1);
	fill_row(s);
	return s;
}

/* After the batch: its events, of which some may have been reported, are part of the session. */
static void release(struct deferred *d)
{
	struct session *s = container_of(d, struct session, later);

	listener_release(s->listener);
	service_release(s->service);
	slab_give(&slab, s);
}

void session_list_remove(struct session *s)
{
	list_unlink(&s->link);
	list_unlink(&s->moved);
	/* the row is free for the next session at once: nothing is held by it any more */
	session_table_give(s->choice.row);
	count(active - 1);
	loop_defer(&s->later, release);
	if (active == 0 && when_empty != NULL)
		when_empty();
}

struct session *session_list_next(const struct session *s)
{
	struct list *node = s != NULL ? s->link.next : all.next;

	return node != &all ? container_of(node, struct session, link) : NULL;
}

void session_list_mark(struct session *s)
{
	if (list_empty(&s->moved))
		list_append(&marked, &s->moved);
}

void session_list_take_marked(struct list *batch)
{
	list_init(batch);
	list_splice(batch, &marked);
}

struct session *session_list_unmark(struct list *batch)
{
	struct session *s;

	if (list_empty(batch))
		return NULL;
	s = container_of(batch->next, struct session, moved);
	list_unlink(&s->moved);
	return s;
}

bool session_list_leaving(void)
{
	return leaving;
}

void session_list_set_leaving(bool some)
{
	leaving = some;
}

void session_list_when_empty(void (*done)(void))
{
	when_empty = done;
	if (active == 0)
		done();
}
