/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session waits for behind its greeting: the body of the request, where it is buffered. */
#include <errno.h>
#include <string.h>

#include "core/log.h"
#include "event/conn.h"
#include "proxy/body.h"
#include "proxy/relay_body.h"
#include "proxy/service.h"
#include "proxy/session_greet.h"
#include "proxy/session_struct.h"

bool session_greet_body(const struct session *s)
{
	return relay_body(&s->relay.up) != NULL;
}

bool session_greet_body_busy(const struct session *s)
{
	return session_greet_body(s) && body_busy(relay_body(&s->relay.up));
}

/* The less of the two timeouts of a client that sends nothing; 0: none. */
static uint64_t patience(const struct session *s)
{
	uint64_t client = s->service->conf->client_timeout_ms;
	uint64_t idle = session_state_timeout(SESSION_BUFFERING, s->service->conf);

	return idle == 0 || (client != 0 && client < idle) ? client : idle;
}

void session_greet_body_limit(struct session *s)
{
	uint64_t ms = patience(s);

	if (ms != 0)
		timer_set(&s->timer, ms);
	else
		timer_cancel(&s->timer);
}

/* Read on by the same way as an answer of somebody else. */
static void on_moved(void *owner)
{
	struct session *s = owner;

	/* one that has been answered already waits for its client alone */
	if (s->state == SESSION_BUFFERING)
		s->greeting->answered(s->greeting, GREET_MORE);
}

enum greet session_greet_body_begin(struct session *s, struct slice *early, enum reason *why)
{
	struct greeting *g = s->greeting;
	struct body *b = NULL;

	if (g->buffering == NULL || g->have >= g->front + g->body)
		return GREET_READY;
	if (early->len == 0 || relay_keep(&s->relay, early->data, early->len))
		b = body_new(g->buffering, s->service->object, &s->service->bodies,
			     &s->relay.up.kept, g->front, g->body);
	if (b == NULL) {
		*why = REASON_OUT_OF_MEMORY;
		return GREET_BAD;
	}
	*early = (struct slice){ NULL, 0 };
	body_watch(b, on_moved, s);
	relay_body_begin(&s->relay.up, b);
	session_greet_body_limit(s);
	return session_greet_body_read(s, why);
}

/* An error of the disk concerns whoever runs heddle: one line a second has it. */
static void report(const struct session *s, int error)
{
	static struct log_limit limit;
	struct log_subject about = { .service = s->service->name };

	if (log_limited(&limit, 1))
		log_about(LEVEL_ERROR, &about, "post_buffering: a request ends: %s%s%s",
			  s->greeting->why, error != 0 ? ": " : "",
			  error != 0 ? strerror(error) : "");
}

static enum reason failed(struct session *s, const struct body *b)
{
	int error;
	enum reason why = body_failure(b, &s->greeting->why, &error);

	report(s, error);
	return why;
}

enum reason session_greet_body_lost(const struct session *s)
{
	s->greeting->why = "the file of its body cannot be read";
	report(s, EIO);
	return REASON_OUT_OF_DISK;
}

enum greet session_greet_body_read(struct session *s, enum reason *why)
{
	struct body *b = relay_body(&s->relay.up);
	uint64_t missing = body_missing(b);
	enum body_next next = body_read(b, &s->client, &s->relay.up.eof);

	/* a client that sends may take its time, however long its body is */
	if (body_missing(b) != missing)
		session_greet_body_limit(s);
	switch (next) {
	case BODY_MORE:
		return GREET_MORE;
	case BODY_BUSY:
		return GREET_WAIT;
	case BODY_WHOLE:
		return GREET_READY;
	case BODY_GONE:
		*why = REASON_CLIENT_GONE;
		break;
	case BODY_FAILED:
		*why = failed(s, b);
		break;
	}
	return GREET_BAD;
}

enum reason session_greet_body_over(struct session *s)
{
	uint64_t client = s->service->conf->client_timeout_ms;

	if (session_greet_body_busy(s)) {
		s->greeting->why = "the file of its body was not written in time";
		return REASON_OUT_OF_DISK;
	}
	return client != 0 && client == patience(s) ? REASON_CLIENT_TIMEOUT
						    : session_states[SESSION_BUFFERING].over;
}
