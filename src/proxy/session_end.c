/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_end.h"

#include "core/histogram.h"
#include "proxy/access_log.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_debug.h"
#include "proxy/sessions.h"

static void add(_Atomic uint64_t *word, uint64_t n)
{
	if (n != 0)
		atomic_fetch_add_explicit(word, n, memory_order_relaxed);
}

void session_began(struct session *s)
{
	add(&service_cell(s->service->handle.index)->sessions, 1);
	if (s->service->conf->access_log.events & ACCESS_START)
		access_log_start(s);
}

/* The row holds what has been counted: a worker that dies loses a second's worth at most. */
void session_count_bytes(struct session *s)
{
	struct service_cell *service = service_cell(s->service->handle.index);
	uint64_t up = s->relay.up.bytes - s->row->to_backend;
	uint64_t down = s->relay.down.bytes - s->row->to_client;

	if (s->backend == NULL || (up | down) == 0)
		return;
	add(&service->to_backend, up);
	add(&service->to_client, down);
	add(&backend_cell(s->backend->handle.index)->to_backend, up);
	add(&backend_cell(s->backend->handle.index)->to_client, down);
	atomic_store_explicit(&s->row->to_backend, s->relay.up.bytes, memory_order_relaxed);
	atomic_store_explicit(&s->row->to_client, s->relay.down.bytes, memory_order_relaxed);
}

static void count(struct session *s, enum reason why)
{
	struct service_cell *service = service_cell(s->service->handle.index);

	session_count_bytes(s);
	add(&service->ended[why], 1);
	histogram_add(&service->duration, &histogram_duration, loop_now_us() - s->started_us);
}

/* A reset is passed on as one: a cut answer must not look whole. */
static void close_both(struct session *s, enum reason why)
{
	if (why == REASON_CLIENT_RESET)
		conn_abort(&s->server);
	else if (why == REASON_BACKEND_RESET && !s->relay.down.eof)
		conn_abort(&s->client);
	conn_close_pair(&s->client, &s->server);
}

/* Of two that are both done, who finished first? The side whose end was passed on. */
static const char *ended_by(const struct session *s, enum reason why)
{
	if (why == REASON_DONE)
		return s->relay.down.first ? "backend" : "client";
	return reasons[why].ended_by;
}

void session_end(struct session *s, enum reason why)
{
	struct session_row *row = s->row;
	unsigned was = s->state;

	if (was == SESSION_ENDED)
		return;
	timer_cancel(&s->timer);
	count(s, why);
	access_log_end(s, why, was, ended_by(s, why));
	session_debug_ended(s, why);
	close_both(s, why);
	relay_close(&s->relay);
	choice_close(&s->choice);
	s->state = SESSION_ENDED;
	if (s->backend != NULL)
		backend_give(s->backend, row);
	if (s->failed != NULL)
		backend_release(s->failed);
	service_leave(s->service, row);
	counter_add(COUNTER_ENDED, 1);
	sessions_gone(s);
}
