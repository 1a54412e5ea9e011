/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_clock.h"

#include "proxy/service.h"
#include "proxy/session_state.h"
#include "proxy/session_struct.h"

/* Of a backend that has gone: it was last heard so long ago, or the client so long. */
#define LINGER_MS 30000
#define LINGER_SILENT_MS 2000
#define LINGER_CHECK_MS 20

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

uint64_t session_clock_both_silent(const struct session *s)
{
	return less(session_clock_silent(s->client_at), session_clock_silent(s->server_at));
}

/* Never 0, which means none yet; more than an hour is told as that. */
static uint32_t since_start(const struct session *s)
{
	uint64_t us = loop_now_us() - s->started_us + 1;

	return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

#define PIECE 4096
#define STREAK_MAX 1000

/* A move counts for as many pieces as it could have come in. */
static int32_t pieces(uint64_t moved)
{
	return moved < PIECE * STREAK_MAX ? 1 + (int32_t)(moved / PIECE) : STREAK_MAX;
}

/* How long one side has been speaking without the other: see flows(). One of the two is 0. */
static void count_streak(struct session *s, uint64_t up, uint64_t down)
{
	int32_t streak = s->streak;

	if (down != 0)
		streak = (streak > 0 ? streak : 0) + pieces(down);
	else
		streak = (streak < 0 ? streak : 0) - pieces(up);
	if (streak > STREAK_MAX || streak < -STREAK_MAX)
		streak = streak > 0 ? STREAK_MAX : -STREAK_MAX;
	s->streak = (int16_t)streak;
}

void session_clock_start(struct session *s)
{
	s->client_at = s->server_at = session_clock_now();
}

/* A side is not silent while it gives bytes or takes them. */
bool session_clock_note(struct session *s, uint64_t up, uint64_t down)
{
	uint64_t to_server = s->relay.up.bytes - up, to_client = s->relay.down.bytes - down;
	uint32_t now = session_clock_now();

	if (to_client != 0 && s->first_byte_us == 0)
		s->first_byte_us = since_start(s);
	if ((to_client == 0) != (to_server == 0))
		count_streak(s, to_server, to_client);
	if (to_client != 0 || s->relay.up.took)
		s->client_at = now;
	if (to_server != 0 || s->relay.down.took)
		s->server_at = now;
	s->relay.up.took = s->relay.down.took = false;
	return (to_client | to_server) != 0;
}

void session_clock_watch(struct session *s)
{
	uint64_t ms = s->service->patience_ms;

	if (ms != 0 && (!timer_pending(&s->timer) || s->timer.when > loop_now() + ms))
		timer_set(&s->timer, ms);
}

static bool linger_over(struct session *s)
{
	const struct relay *r = &s->relay;
	bool sent = relay_delivered(&r->down) && !conn_has_unsent(&s->client);

	if (sent && (r->down.reset || session_clock_silent(s->client_at) >= LINGER_SILENT_MS))
		return true;
	if (session_clock_silent(s->server_at) >= LINGER_MS)
		return true;
	timer_set(&s->timer, LINGER_CHECK_MS);
	return false;
}

bool session_clock_linger(struct session *s)
{
	if (!s->lingers)
		s->client_at = s->server_at = session_clock_now();
	s->lingers = true;
	return linger_over(s);
}

/* Which timeout is over; REASON_COUNT: none, *next ms are left of the first one (UINT64_MAX). */
static enum reason silence_over(const struct session *s, uint64_t *next)
{
	const struct service_conf *conf = s->service->conf;
	const struct relay *r = &s->relay;
	uint64_t both = left(session_clock_both_silent(s),
			     session_state_timeout(SESSION_RELAYING, conf));
	uint64_t client = UINT64_MAX, server = UINT64_MAX;

	if (is_awaited(&r->up, &r->down))
		client = left(session_clock_silent(s->client_at), conf->client_timeout_ms);
	if (is_awaited(&r->down, &r->up))
		server = left(session_clock_silent(s->server_at), conf->server_timeout_ms);
	*next = less(both, less(client, server));
	if (both == 0)
		return session_states[SESSION_RELAYING].over;
	if (client == 0)
		return REASON_CLIENT_TIMEOUT;
	return server == 0 ? REASON_SERVER_TIMEOUT : REASON_COUNT;
}

bool session_clock_over(struct session *s, enum reason *why)
{
	uint64_t next;

	if (s->lingers) {
		*why = REASON_BACKEND_RESET;
		return linger_over(s);
	}
	*why = silence_over(s, &next);
	if (*why != REASON_COUNT)
		return true;
	if (next != UINT64_MAX)
		timer_set(&s->timer, next);
	else
		timer_cancel(&s->timer);
	return false;
}

/* A message in so many pieces, the last of them so short a time ago, is not over yet. */
#define FLOW_PIECES 4
#define FLOW_MS 1000

static bool flows(int streak, uint32_t at)
{
	return streak >= FLOW_PIECES && session_clock_silent(at) < FLOW_MS;
}

bool session_clock_answer_flows(const struct session *s)
{
	return flows(s->streak, s->server_at);
}

bool session_clock_request_flows(const struct session *s)
{
	return flows(-s->streak, s->client_at);
}
