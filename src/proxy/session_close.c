/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_close.h"

#include "proxy/service.h"
#include "proxy/session_clock.h"
#include "proxy/session_greet.h"
#include "proxy/session_struct.h"

enum reason session_close_reason(const struct session *s, enum relay_status status)
{
	if (s->relay.no_memory)
		return REASON_OUT_OF_MEMORY;
	if (s->relay.lost)
		return session_greet_body_lost(s);
	return status == RELAY_CLIENT_FAILED ? REASON_CLIENT_RESET : REASON_BACKEND_RESET;
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
	    || (!down->eof && session_clock_answer_flows(s));
}

static bool is_request_cut(const struct session *s)
{
	const struct half *up = &s->relay.up;

	return is_cut(up, &s->client, &s->server)
	    || (!up->eof && session_clock_request_flows(s));
}

void session_close_backend(struct session *s)
{
	if (s->state == SESSION_RELAYING && is_request_cut(s))
		conn_abort(&s->server);
	conn_close(&s->server);
}

/* It was not connected, and has got nothing: an answer by the protocol must arrive. */
static bool found_no_backend(const struct session *s, enum reason why)
{
	return (why == REASON_NO_BACKEND || why == REASON_CONNECT_FAILED) &&
	       s->relay.down.bytes == 0 && !conn_has_unsent(&s->client);
}

void session_close(struct session *s, enum reason why)
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
	} else if (s->service->conf->when_empty == WHEN_EMPTY_RESET) {
		reset_client = found_no_backend(s, why);
	}
	if (reset_client)
		conn_abort(&s->client);
	if (reset_server)
		conn_abort(&s->server);
	conn_close_pair(&s->client, &s->server);
}
