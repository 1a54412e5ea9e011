/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_answer.h"

#include <stdio.h>

#include "config/config_uwsgi.h"
#include "proxy/protocol.h"
#include "proxy/scratch.h"
#include "proxy/service.h"
#include "proxy/session_greet.h"
#include "proxy/session_struct.h"

#define LINGER_MS 2000	/* for the rest of a request that is not read */
#define READS 16	/* of one event: sessions that are open get their events too */

static const char *phrase(unsigned status)
{
	switch (status) {
	case 404:
		return "Not Found";
	case 502:
		return "Bad Gateway";
	case 504:
		return "Gateway Timeout";
	default:
		return "Service Unavailable";
	}
}

/* 0: it is closed, as for a client of any other protocol. */
static unsigned status_of(const struct session *s, enum reason why)
{
	const struct protocol *protocol = s->service->greets;
	unsigned status = reasons[why].status;

	if (protocol == NULL || protocol->error_response == NULL || s->state == SESSION_ANSWERED)
		return 0;
	if (s->relay.down.bytes != 0 || relay_holds(&s->relay.down))
		return 0;	/* it has a part of the node's */
	switch ((enum error_response)protocol->error_response(s->service->conf)) {
	case ERROR_RESPONSE_NO_ROUTE:
		return status == 404 ? status : 0;
	case ERROR_RESPONSE_ALL:
		return status;
	case ERROR_RESPONSE_OFF:
		break;
	}
	return 0;
}

bool session_answer_begin(struct session *s, enum reason why)
{
	unsigned status = status_of(s, why);
	char response[96];
	size_t sent = 0;
	int len;

	/* one that was refused before it could say a word has no greeting yet */
	if (status == 0 || (s->greeting == NULL && !session_greet_open(s, NULL)))
		return false;
	len = snprintf(response, sizeof(response),
		       "HTTP/1.0 %u %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status,
		       phrase(status));
	if (conn_write(&s->client, response, (size_t)len, &sent) != IO_OK)
		return false;
	s->relay.down.bytes += sent;
	/* nothing of the node's follows, so nothing is cut: a reset would destroy the response */
	s->relay.down.eof = true;
	s->relay.down.reset = false;
	if (s->relay.up.eof)
		return false;
	conn_shut(&s->client);
	session_close_backend(s);
	s->greeting->over = why;
	s->greeting->phase = s->state;
	timer_set(&s->timer, LINGER_MS);
	event_want(&s->client.event, EVENT_READ);
	return true;
}

bool session_answer_read(struct session *s)
{
	for (unsigned i = 0; i < READS; i++) {
		size_t got = 0;

		switch (conn_read(&s->client, scratch(), SCRATCH_SIZE, &got)) {
		case IO_OK:
			if (conn_ended(&s->client, got, SCRATCH_SIZE))
				return true;
			break;
		case IO_AGAIN:
			return false;
		default:
			return true;
		}
	}
	return false;
}

enum reason session_answer_reason(const struct session *s)
{
	return s->greeting->over;
}

uint8_t session_answer_phase(const struct session *s)
{
	return s->state == SESSION_ANSWERED ? s->greeting->phase : s->state;
}
