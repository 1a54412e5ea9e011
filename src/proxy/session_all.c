/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_all.h"

#include "proxy/greeting.h"
#include "proxy/kept.h"
#include "proxy/pipes.h"
#include "proxy/registry.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_clock.h"
#include "proxy/session_count.h"
#include "proxy/session_list.h"
#include "proxy/session_struct.h"
#include "proxy/session_table.h"

/* Connections that live longer get keepalive: the rest saves four calls. */
#define YOUNG_US 1000000

bool session_all_open(const struct settings *settings)
{
	kept_open(settings->buffer_memory);
	pipes_open(settings->workers);
	session_list_open();
	greeting_open();
	return session_table_open(settings->worker_sessions);
}

void session_all_when_none(void (*done)(void))
{
	session_list_when_empty(done);
}

void session_all_end(const struct service *service, const struct backend *backend, enum reason why)
{
	struct session *next;

	for (struct session *s = session_list_next(NULL); s != NULL; s = next) {
		next = session_list_next(s);
		if (service != NULL && s->service != service)
			continue;
		if (backend != NULL && s->backend != backend)
			continue;
		session_end(s, why);
	}
}

void session_all_cut(struct handle service, struct handle backend)
{
	struct session *next;

	for (struct session *s = session_list_next(NULL); s != NULL; s = next) {
		next = session_list_next(s);
		if (backend.index == HANDLE_NONE
		    ? handle_equal(s->service->handle, service)
		    : s->backend != NULL && handle_equal(s->backend->handle, backend))
			session_end(s, REASON_REMOVED);
	}
}

/*
 * Keepalive asks only where no bytes are under way. Where some are, the kernel would try for a
 * quarter of an hour; its own limit (TCP_USER_TIMEOUT) would also end a client that is there
 * and does not read for a while.
 */
static void check_unsent(struct session *s)
{
	const struct conn_tuning *tuning = &s->service->tuning;
	uint64_t silent = session_clock_both_silent(s);

	if (silent >= YOUNG_US / 1000
	    && !conn_has_unsent(&s->client) && !conn_has_unsent(&s->server))
		return;
	if (silent < conn_dead_after(tuning))
		session_list_mark(s);
	else if (conn_is_dead(&s->client, tuning))
		session_end(s, REASON_CLIENT_RESET);
	else if (conn_is_dead(&s->server, tuning))
		session_end(s, REASON_BACKEND_RESET);
	else
		session_list_mark(s);
}

static void sweep(struct session *s)
{
	session_count_bytes(s);
	if (loop_now_us() - s->started_us < YOUNG_US) {
		session_list_mark(s);
		return;
	}
	conn_keepalive(&s->client, &s->service->tuning);
	conn_keepalive(&s->server, &s->service->tuning);
	check_unsent(s);
}

/* Since when what the session uses is removed or drains; 0: neither. *limit: for how long. */
static uint64_t leaves_at(const struct session *s, uint64_t *limit)
{
	*limit = s->service->conf->drain_timeout_ms;
	if (s->service->removed)
		return s->service->removed_at;
	if (s->backend == NULL)
		return 0;
	*limit = registry_drain_timeout(s->backend, s->service);
	return registry_leaves_at(s->backend);
}

static void end_drained(void)
{
	struct session *next;
	bool any = false;

	for (struct session *s = session_list_next(NULL); s != NULL; s = next) {
		uint64_t limit, since = leaves_at(s, &limit);

		next = session_list_next(s);
		any |= since != 0;
		if (limit != 0 && since != 0 && loop_now() - since >= limit)
			session_end(s, REASON_DRAIN_TIMEOUT);
	}
	session_list_set_leaving(any);
}

void session_all_changed(const struct settings *settings)
{
	struct session *next;

	kept_set_limit(settings->buffer_memory);
	session_list_set_leaving(true);
	for (struct session *s = session_list_next(NULL); s != NULL; s = next) {
		next = session_list_next(s);
		session_changed(s);
	}
}

void session_all_backends_changed(void)
{
	session_list_set_leaving(true);
}

void session_all_sweep(void)
{
	struct list batch;
	struct session *s;

	session_list_take_marked(&batch);
	while ((s = session_list_unmark(&batch)) != NULL)
		sweep(s);
	if (session_list_leaving())
		end_drained();
	session_table_trim();
	pipes_trim();
}
