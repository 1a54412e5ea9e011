/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_end.h"

#include "core/histogram.h"
#include "proxy/access_log.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_debug.h"
#include "proxy/session_wait.h"
#include "proxy/sessions.h"

static void add(_Atomic uint64_t *word, uint64_t n)
{
	if (n != 0)
		atomic_fetch_add_explicit(word, n, memory_order_relaxed);
}

void session_began(struct session *s)
{
	add(&service_cell(s->service->handle.index)->sessions, 1);
	atomic_store_explicit(&s->row->open, 1, memory_order_release);
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
	/*
	 * Side by side: a worker that dies after them has ended the session for `why`, one that
	 * dies before has lost it, and the writing of the log and closing that follow take long.
	 */
	atomic_store_explicit(&s->row->open, 0, memory_order_release);
	add(&service->ended[why], 1);
	histogram_add(&service->duration, &histogram_duration, loop_now_us() - s->started_us);
}

/* A message in so many pieces, the last of them so short a time ago, is not over yet. */
#define FLOW_PIECES 4
#define FLOW_MS 1000

static bool flows(int streak, uint32_t since)
{
	return streak >= FLOW_PIECES && session_silent(since) < FLOW_MS;
}

/* Bytes from one side are on the way to the other, and are not all that it has to say. */
static bool is_cut(const struct half *h, const struct conn *from, const struct conn *to)
{
	return !relay_delivered(h)
	    && (relay_holds(h) || conn_has_unread(from) || conn_has_unsent(to));
}

static bool is_answer_cut(const struct session *s)
{
	const struct half *down = &s->relay.down;

	return is_cut(down, &s->server, &s->client)
	    || (!down->eof && flows(s->streak, s->server_at));
}

static bool is_request_cut(const struct session *s)
{
	const struct half *up = &s->relay.up;

	return is_cut(up, &s->client, &s->server)
	    || (!up->eof && flows(-s->streak, s->client_at));
}

/* A reset is passed on as one, and so is an end of ours: what is cut must not look whole. */
static void close_both(struct session *s, enum reason why)
{
	const struct relay *r = &s->relay;
	bool reset_client = false, reset_server = false;

	if (why == REASON_CLIENT_RESET) {
		reset_server = true;
	} else if (why == REASON_BACKEND_RESET) {
		reset_client = r->down.reset || !r->down.eof;
	} else if (why != REASON_DONE && s->state == SESSION_RELAYING) {
		reset_client = is_answer_cut(s);
		reset_server = is_request_cut(s);
	}
	if (reset_client)
		conn_abort(&s->client);
	if (reset_server)
		conn_abort(&s->server);
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
	session_wait_done(s);
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
