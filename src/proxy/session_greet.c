/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_greet.h"

#include "core/log.h"
#include "proxy/kept.h"
#include "proxy/scratch.h"
#include "proxy/service.h"
#include "proxy/session_route.h"
#include "proxy/session_struct.h"

/* What is chosen by, from now on; or why the session ends. */
static enum greet result(struct session *s, enum greet answer, struct slice *rest,
			 enum reason *why)
{
	if (answer == GREET_BAD)
		*why = s->greeting->over;
	if (answer != GREET_READY)
		return answer;
	s->choice.key = &s->greeting->key;
	return session_greet_body_begin(s, rest, why);
}

static enum greet gone(enum reason *why)
{
	*why = REASON_CLIENT_GONE;
	return GREET_BAD;
}

/* A client that has closed sends no more: what it has not said now it never will. */
static enum greet feed(struct session *s, struct slice *bytes, enum reason *why)
{
	enum greet answer;

	s->greeting->conf = s->service->conf;
	answer = greeting_feed(s->greeting, &s->relay.up.kept, bytes);
	return answer == GREET_MORE && s->relay.up.eof ? gone(why)
								: result(s, answer, bytes, why);
}

bool session_greet_open(struct session *s, void (*answered)(struct greeting *g, enum greet answer))
{
	s->greeting = greeting_new(s->service->greets, s, answered);
	return s->greeting != NULL;
}

enum greet session_greet_first(struct session *s,
			       void (*answered)(struct greeting *g, enum greet answer),
			       struct slice *bytes, enum reason *why)
{
	if (!session_greet_open(s, answered)) {
		*why = REASON_OUT_OF_MEMORY;
		return GREET_BAD;
	}
	if (bytes->len == 0)
		return s->relay.up.eof ? gone(why) : GREET_MORE;
	return feed(s, bytes, why);
}

enum greet session_greet_read(struct session *s, struct slice *bytes, enum reason *why)
{
	size_t room = greeting_room(s->greeting), n = 0;

	*bytes = (struct slice){ scratch(), 0 };
	if (session_greet_body(s))
		return session_greet_body_read(s, why);
	if (room > SCRATCH_SIZE)
		room = SCRATCH_SIZE;
	if (room == 0) {
		*why = REASON_MAX_MEMORY;
		return GREET_BAD;
	}
	switch (conn_read(&s->client, scratch(), room, &n)) {
	case IO_OK:
		break;
	case IO_AGAIN:
		return GREET_MORE;
	default:
		return gone(why);
	}
	bytes->len = n;
	/* the end of the stream is reported once: nobody would read again to find it */
	s->relay.up.eof = conn_ended(&s->client, n, room);
	return feed(s, bytes, why);
}

enum greet session_greet_answered(struct session *s, enum greet answer, enum reason *why)
{
	struct slice none = { NULL, 0 };

	if (session_greet_body(s))
		return session_greet_body_read(s, why);
	answer = greeting_finish(s->greeting, &s->relay.up.kept, answer);
	return result(s, answer, &none, why);
}

void session_greet_fit(struct session *s, struct slice early)
{
	const struct protocol *protocol = s->greeting->protocol;
	size_t len;
	char *first = kept_head(&s->relay.up.kept, &len);

	if (protocol->fit == NULL)
		return;
	if (first == NULL) {	/* it was read right now: see session_early_read() */
		first = scratch() + (early.data - scratch());
		len = early.len;
	}
	CHECK(len >= GREETING_FIT);
	protocol->fit(first, s->service->conf, s->backend->conf,
		      s->failed != NULL && !s->backend->found);
}

bool session_greet_waits(const struct session *s)
{
	return s->greeting != NULL && (s->greeting->waits || session_greet_body_busy(s));
}

void session_greet_limit(struct session *s)
{
	uint64_t ms = session_state_timeout(SESSION_GREETING, s->service->conf);
	uint64_t spent = (loop_now_us() - s->started_us) / 1000;

	if (session_greet_body(s))
		session_greet_body_limit(s);
	else if (ms == 0)
		timer_cancel(&s->timer);
	else
		timer_set(&s->timer, ms > spent ? ms - spent : 1);
}

void session_greet_close(struct session *s)
{
	session_route_close(s);
	greeting_free(s->greeting);
	s->greeting = NULL;
	s->choice.key = NULL;
}
