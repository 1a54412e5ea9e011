/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_end.h"

#include "core/histogram.h"
#include "proxy/access_log.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session.h"
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

static void count(const struct session *s, enum reason why)
{
	struct service_cell *service = service_cell(s->service->handle.index);
	uint64_t up = s->relay.up.bytes, down = s->relay.down.bytes;

	add(&service->ended[why], 1);
	add(&service->to_backend, up);
	add(&service->to_client, down);
	histogram_add(&service->duration, &histogram_duration, loop_now_us() - s->started_us);
	if (s->backend != NULL && s->state == SESSION_RELAYING) {
		struct backend_cell *backend = backend_cell(s->backend->handle.index);

		add(&backend->to_backend, up);
		add(&backend->to_client, down);
	}
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
