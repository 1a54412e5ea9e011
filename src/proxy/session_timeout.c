/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_timeout.h"

#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_end.h"

/* Of a backend that has gone: it was last heard so long ago, or the client so long. */
#define LINGER_MS 30000
#define LINGER_SILENT_MS 2000
#define LINGER_LOOK_MS 20

/* What is left of `limit`, 0 when it is over; UINT64_MAX: there is none. */
static uint64_t left(uint64_t silent, uint64_t limit)
{
	if (limit == 0)
		return UINT64_MAX;
	return limit > silent ? limit - silent : 0;
}

/* The side that `said` and `gets`: it has something to say, or bytes wait for it. */
static bool is_awaited(const struct half *said, const struct half *gets)
{
	return !said->eof || relay_holds(gets) || gets->blocked;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t session_both_silent(const struct session *s)
{
	return less(session_silent(s->client_at), session_silent(s->server_at));
}

void session_watch_silence(struct session *s)
{
	uint64_t ms = s->service->patience_ms;

	if (ms != 0 && (!timer_pending(&s->timer) || s->timer.when > loop_now() + ms))
		timer_set(&s->timer, ms);
}

static void check_linger(struct session *s)
{
	const struct relay *r = &s->relay;
	bool sent = relay_delivered(&r->down) && !conn_has_unsent(&s->client);

	if ((sent && (r->down.reset || session_silent(s->client_at) >= LINGER_SILENT_MS)) ||
	    session_silent(s->server_at) >= LINGER_MS)
		session_end(s, REASON_BACKEND_RESET);
	else
		timer_set(&s->timer, LINGER_LOOK_MS);
}

void session_linger(struct session *s)
{
	if (!s->lingers)
		s->client_at = s->server_at = session_now();
	s->lingers = true;
	check_linger(s);
}

void session_check_silence(struct session *s)
{
	const struct service_conf *conf = s->service->conf;
	const struct relay *r = &s->relay;
	uint64_t both = left(session_both_silent(s), conf->idle_timeout_ms);
	uint64_t client = UINT64_MAX, server = UINT64_MAX, next;

	if (s->lingers) {
		check_linger(s);
		return;
	}
	if (is_awaited(&r->up, &r->down))
		client = left(session_silent(s->client_at), conf->client_timeout_ms);
	if (is_awaited(&r->down, &r->up))
		server = left(session_silent(s->server_at), conf->server_timeout_ms);
	next = less(both, less(client, server));
	if (both == 0)
		session_end(s, REASON_IDLE_TIMEOUT);
	else if (client == 0)
		session_end(s, REASON_CLIENT_TIMEOUT);
	else if (server == 0)
		session_end(s, REASON_SERVER_TIMEOUT);
	else if (next != UINT64_MAX)
		timer_set(&s->timer, next);
	else
		timer_cancel(&s->timer);
}
