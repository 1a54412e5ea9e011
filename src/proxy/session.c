/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/log.h"
#include "proxy/dial.h"
#include "proxy/health.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session_end.h"
#include "proxy/session_timeout.h"
#include "proxy/session_wait.h"
#include "proxy/sessions.h"

/* Of so many first reads at least a half must have found something, or they are left out. */
#define EARLY_SAMPLE 64

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

/* How long one side has been speaking without the other: see session_end.c. */
static void count_streak(struct session *s, uint64_t up, uint64_t down)
{
	if (down != 0 && up == 0)
		s->streak = (int16_t)((s->streak > 0 ? s->streak : 0) + pieces(down));
	else if (up != 0 && down == 0)
		s->streak = (int16_t)((s->streak < 0 ? s->streak : 0) - pieces(up));
	if (s->streak > STREAK_MAX || s->streak < -STREAK_MAX)
		s->streak = s->streak > 0 ? STREAK_MAX : -STREAK_MAX;
}

/* A side is not silent while it gives bytes or takes them. */
static void note_progress(struct session *s, uint64_t up, uint64_t down)
{
	bool to_client = s->relay.down.bytes != down, to_server = s->relay.up.bytes != up;

	if (to_client && s->first_byte_us == 0)
		s->first_byte_us = since_start(s);
	count_streak(s, s->relay.up.bytes - up, s->relay.down.bytes - down);
	if (to_client || to_server)
		sessions_stir(s);
	if (to_client || s->relay.up.took)
		s->client_at = session_now();
	if (to_server || s->relay.down.took)
		s->server_at = session_now();
	s->relay.up.took = s->relay.down.took = false;
}

static enum reason reset_reason(const struct session *s, enum relay_status status)
{
	if (s->relay.no_memory)
		return REASON_OUT_OF_MEMORY;
	return status == RELAY_CLIENT_FAILED ? REASON_CLIENT_RESET : REASON_BACKEND_RESET;
}

static void carry(struct session *s)
{
	uint64_t up = s->relay.up.bytes, down = s->relay.down.bytes;
	enum relay_status status = relay_move(&s->relay, &s->client, &s->server);

	/* what is sent once is never delayed; from the second time on it could be */
	if (!s->server.nodelay && up != 0 && s->relay.up.bytes != up)
		conn_nodelay(&s->server, &s->service->tuning);
	note_progress(s, up, down);
	if (status == RELAY_OPEN && !s->relay.up.discards)
		session_watch_silence(s);
	else if (status == RELAY_OPEN || (status == RELAY_SERVER_FAILED && s->relay.down.reset))
		session_linger(s);
	else if (status == RELAY_DONE)
		session_end(s, REASON_DONE);
	else
		session_end(s, reset_reason(s, status));
}

static void relaying(struct session *s)
{
	timer_cancel(&s->timer);
	s->state = SESSION_RELAYING;
	s->client_at = s->server_at = session_now();
	sessions_stir(s);
	carry(s);
}

static void pick(struct session *s);
static void admit(struct session *s);

static void resume(struct session *s)
{
	if (s->row->service_hold == HOLD_HELD)
		pick(s);
	else
		admit(s);
}

/* All backends that are usable are full. What the client has said is out of the scratch buffer. */
static bool put_off(struct session *s)
{
	if (s->early != 0 && !relay_keep(&s->relay, scratch(), s->early))
		return false;
	s->early = 0;
	if (!session_wait(s, resume))
		return false;
	event_want_lazily(&s->client.event, false);
	return true;
}

static void pick(struct session *s)
{
	switch (dial_next(s)) {
	case DIAL_CONNECTED:
		relaying(s);
		break;
	case DIAL_WAITING:
		/* a client that goes meanwhile is noticed; what it says waits in its socket */
		event_want_lazily(&s->client.event, false);
		break;
	case DIAL_FULL:
		if (!put_off(s))
			dial_give_up(s);
		break;
	case DIAL_OVER:
		break;
	}
}

static void on_server(struct event *ev, unsigned ready)
{
	struct session *s = container_of(ev, struct session, server.event);

	if (s->state == SESSION_RELAYING) {
		carry(s);
		return;
	}
	if (dial_answered(s, ready))
		relaying(s);
	else
		pick(s);
}

static void on_client(struct event *ev, unsigned ready)
{
	struct session *s = container_of(ev, struct session, client.event);

	if (s->state == SESSION_RELAYING) {
		carry(s);
		return;
	}
	/* one that has said all and closed is no error: what it said is still delivered */
	if ((ready & EVENT_ERROR) != 0 && conn_error(&s->client) != 0)
		session_end(s, REASON_CLIENT_GONE);
	else
		event_want(ev, 0);
}

static void on_timer(struct timer *t)
{
	struct session *s = container_of(t, struct session, timer);

	if (s->state == SESSION_RELAYING) {
		session_check_silence(s);
		return;
	}
	if (s->backend == NULL) {
		session_wait_over(s);
		return;
	}
	dial_timed_out(s);
	pick(s);
}

/*
 * Clients that speak first have often done so by now: reading before the loop
 * hears of them saves a turn and a call. Where they mostly have not, as with
 * protocols whose servers begin, it is left out. False: the client has gone.
 */
static bool read_early(struct session *s)
{
	struct service *service = s->service;
	size_t n = 0;

	/* what is read may have to be kept until a backend answers */
	if (buffers_full())
		return true;
	if (service->early_tries >= EARLY_SAMPLE) {
		/* one in so many is tried all the same: habits change */
		if (service->early_hits * 2 < service->early_tries
		    && s->number % EARLY_SAMPLE != 0)
			return true;
		if (service->early_tries >= 8 * EARLY_SAMPLE) {
			service->early_tries /= 2;
			service->early_hits /= 2;
		}
	}
	service->early_tries++;
	switch (conn_read(&s->client, scratch(), SCRATCH_SIZE, &n)) {
	case IO_OK:
		service->early_hits++;
		break;
	case IO_EOF:
		s->relay.up.eof = true;
		break;
	case IO_ERROR:
		return false;
	case IO_AGAIN:
		break;
	}
	s->early = (uint32_t)n;
	return true;
}

static void fill_row(const struct session *s)
{
	struct session_row *row = s->row;
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

static void tell_limit(const struct service *service)
{
	static struct log_limit limit;
	struct log_subject about = { .event = "limit_reached", .service = service->name };

	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "max_connections %u reached: a client was closed",
			  service->conf->max_connections);
}

static void admit(struct session *s)
{
	if (!service_enter(s->service, s->row)) {
		if (session_wait(s, resume))
			return;
		tell_limit(s->service);
		session_end(s, REASON_MAX_CONNECTIONS);
		return;
	}
	session_wait_done(s);
	session_began(s);
	dial_begin(s, on_server);
	if (read_early(s))
		pick(s);
	else
		session_end(s, REASON_CLIENT_GONE);
}

void session_start(struct listener *listener, int fd, const union peer *peer)
{
	struct session *s = sessions_new(listener);

	if (s == NULL) {
		close(fd);
		counter_add(COUNTER_ENDED, 1);
		listeners_pause(PAUSE_MEMORY);
		return;
	}
	s->peer = *peer;
	s->started_us = loop_now_us();
	conn_setup(&s->client, fd, on_client);
	s->client.local = peer->sa.sa_family == AF_UNIX;
	s->server.event.fd = -1;
	list_init(&s->server.event.link);
	timer_setup(&s->timer, on_timer);
	fill_row(s);
	admit(s);
}

void session_changed(struct session *s)
{
	if (s->state == SESSION_RELAYING)
		session_check_silence(s);
	/* waits at its limit, and is not counted: the service's cell may be another's soon */
	else if (s->service->removed && s->row->service_hold == HOLD_FREE)
		session_end(s, REASON_MAX_CONNECTIONS);
}
