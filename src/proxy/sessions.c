/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/sessions.h"

#include <string.h>

#include "core/scoreboard.h"
#include "core/slab.h"
#include "proxy/accept.h"
#include "proxy/listeners.h"
#include "proxy/registry.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_end.h"
#include "proxy/session_table.h"
#include "proxy/session_timeout.h"

/* Connections that live longer get keepalive: the rest saves four calls. */
#define SETTLED_US 1000000

static struct slab slab;
static struct list all;		/* oldest first */
static struct list stirred;	/* have moved bytes, or are too young for keepalive */
static bool leaving;		/* some may be with what was removed or drains */
static uint32_t active, numbers;
static void (*when_none)(void);

void sessions_open(void)
{
	slab_init(&slab, sizeof(struct session));
	list_init(&all);
	list_init(&stirred);
	active = 0;
	when_none = NULL;
	leaving = false;
}

uint32_t sessions_active(void)
{
	return active;
}

static void count(uint32_t now)
{
	active = now;
	atomic_store_explicit(&scoreboard_slot(scoreboard_own())->sessions, now,
			      memory_order_relaxed);
}

struct session *sessions_new(struct listener *listener)
{
	struct session_row *row = session_table_take();
	struct session *s = row != NULL ? slab_take(&slab) : NULL;

	if (s == NULL) {
		if (row != NULL)
			session_table_give(row);
		return NULL;
	}
	memset(s, 0, sizeof(*s));
	s->row = row;
	s->number = ++numbers;
	s->listener = listener;
	s->service = listener->service;
	listener_hold(listener);
	service_hold(s->service);
	leaving |= s->service->removed;	/* its addresses are being given up still */
	list_init(&s->stirred);
	list_init(&s->gone.link);
	list_append(&all, &s->link);
	count(active + 1);
	return s;
}

void sessions_stir(struct session *s)
{
	if (list_empty(&s->stirred))
		list_append(&stirred, &s->stirred);
}

static void release(struct deferred *d)
{
	struct session *s = container_of(d, struct session, gone);

	listener_release(s->listener);
	service_release(s->service);
	slab_give(&slab, s);
}

void sessions_gone(struct session *s)
{
	list_unlink(&s->link);
	list_unlink(&s->stirred);
	session_table_give(s->row);
	count(active - 1);
	loop_defer(&s->gone, release);
	if (accept_has_slack())
		listeners_resume();
	if (active == 0 && when_none != NULL)
		when_none();
}

void sessions_when_none(void (*done)(void))
{
	when_none = done;
	if (active == 0)
		done();
}

void sessions_end(const struct service *service, const struct backend *backend, enum reason why)
{
	struct list *node = all.next;

	while (node != &all) {
		struct session *s = container_of(node, struct session, link);

		node = node->next;
		if (service != NULL && s->service != service)
			continue;
		if (backend != NULL && s->backend != backend)
			continue;
		session_end(s, why);
	}
}

/*
 * Keepalive asks only where no bytes are under way. Where some are, the kernel would try for a
 * quarter of an hour; its own limit (TCP_USER_TIMEOUT) would also end a client that is there
 * and does not read for a while.
 */
static void watch_unsent(struct session *s)
{
	const struct conn_tuning *tuning = &s->service->tuning;
	uint64_t silent = session_both_silent(s);

	if (silent >= SETTLED_US / 1000
	    && !conn_has_unsent(&s->client) && !conn_has_unsent(&s->server))
		return;
	if (silent < conn_dead_after(tuning))
		sessions_stir(s);
	else if (conn_is_dead(&s->client, tuning))
		session_end(s, REASON_CLIENT_RESET);
	else if (conn_is_dead(&s->server, tuning))
		session_end(s, REASON_BACKEND_RESET);
	else
		sessions_stir(s);
}

static void settle(struct session *s)
{
	session_count_bytes(s);
	if (loop_now_us() - s->started_us < SETTLED_US) {
		sessions_stir(s);
		return;
	}
	conn_keepalive(&s->client, &s->service->tuning);
	conn_keepalive(&s->server, &s->service->tuning);
	watch_unsent(s);
}

static void settle_stirred(void)
{
	struct list batch;

	list_init(&batch);
	list_splice(&batch, &stirred);
	while (!list_empty(&batch)) {
		struct session *s = container_of(batch.next, struct session, stirred);

		list_unlink(&s->stirred);
		settle(s);
	}
}

/* Since when what the session uses is removed or drains; 0: neither. */
static uint64_t leaves_at(const struct session *s)
{
	if (s->service->removed)
		return s->service->removed_at;
	return s->backend != NULL ? registry_leaves_at(s->backend) : 0;
}

static void end_drained(void)
{
	struct list *node = all.next;
	bool any = false;

	while (node != &all) {
		struct session *s = container_of(node, struct session, link);
		uint64_t limit = s->service->conf->drain_timeout_ms, since = leaves_at(s);

		node = node->next;
		any |= since != 0;
		if (limit != 0 && since != 0 && loop_now() - since >= limit)
			session_end(s, REASON_DRAIN_TIMEOUT);
	}
	leaving = any;
}

void sessions_changed(void)
{
	struct list *node = all.next;

	leaving = true;
	while (node != &all) {
		struct session *s = container_of(node, struct session, link);

		node = node->next;
		session_changed(s);
	}
}

void sessions_sweep(void)
{
	settle_stirred();
	if (leaving)
		end_drained();
}
