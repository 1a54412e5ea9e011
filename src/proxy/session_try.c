/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_try.h"

#include <errno.h>

#include "core/clock.h"
#include "proxy/dial_error.h"
#include "proxy/body.h"
#include "proxy/health.h"
#include "proxy/relay_body.h"
#include "proxy/service.h"
#include "proxy/session_route.h"
#include "proxy/session_state.h"
#include "proxy/session_struct.h"

/*
 * What tries are timed from: a client that takes its time for a body that is buffered takes none
 * from the backends.
 */
static uint64_t begun_us(const struct session *s)
{
	const struct body *b = relay_body(&s->relay.up);

	return b != NULL ? body_whole_us(b) : s->started_us;
}

bool session_try_allowed(const struct session *s)
{
	const struct service_conf *conf = s->service->conf;
	/* rounded up: a timer may come a part of a millisecond before its time */
	uint64_t spent = (loop_now_us() - begun_us(s) + 999) / 1000;

	if (session_try_shortage(s) != PAUSE_NONE)
		return false;
	if (conf->connect_tries != 0 && s->tries >= conf->connect_tries)
		return false;
	return s->tries == 0 || conf->connect_total_timeout_ms == 0
	    || spent < conf->connect_total_timeout_ms;
}

bool session_try_take(struct session *s)
{
	s->backend = session_route_used(s) ? session_route_take(s)
					   : choice_take(s->service, &s->choice);
	if (s->backend == NULL)
		return false;
	s->tries++;
	return true;
}

bool session_try_full(const struct session *s)
{
	return session_route_used(s) ? session_route_full(s)
				     : choice_full(s->service, &s->choice);
}

const struct addr *session_try_address(const struct session *s, struct addr *room)
{
	const struct addr *to = &s->backend->conf->addr;
	union peer local;
	socklen_t len = sizeof(local);

	if (!to->client_port || getsockname(s->client.event.fd, &local.sa, &len) == -1)
		return to;
	*room = *to;
	if (local.sa.sa_family == AF_INET)
		addr_set_port(room, ntohs(local.in.sin_port));
	else if (local.sa.sa_family == AF_INET6)
		addr_set_port(room, ntohs(local.in6.sin6_port));
	return room;
}

uint64_t session_try_timeout(struct session *s)
{
	const struct service_conf *conf = s->service->conf;
	uint64_t ms = session_state_timeout(SESSION_DIALLING, conf);
	uint64_t total = conf->connect_total_timeout_ms, left;
	uint64_t spent = (loop_now_us() - begun_us(s)) / 1000;

	s->hurried = false;
	if (total == 0)
		return ms;
	left = total > spent ? total - spent : 1;
	if (ms != 0 && ms <= left)
		return ms;
	/* the first try has had all of the time: that backend is to blame */
	s->hurried = s->tries > 1;
	return left;
}

void session_try_connected(struct session *s)
{
	/* not loop_now_us(): connect() to this machine is over within one loop iteration */
	s->connect_us = (uint32_t)(clock_us() - begun_us(s));
	health_dial_succeeded(s->backend);
	choice_close(&s->choice);
	session_route_release(s);
}

static void give_back(struct session *s, int error)
{
	struct backend *b = s->backend;

	/* a backend that cannot be noted as tried would be chosen again: then no other is tried */
	s->error = (int16_t)(choice_add(&s->choice, b) ? error : ENOMEM);
	/* the line of the session names the last one that failed */
	if (s->failed != NULL)
		backend_release(s->failed);
	s->failed = b;
	backend_hold(b);
	s->backend = NULL;
	backend_give(b, s->choice.row);
}

void session_try_failed(struct session *s, int error)
{
	if (session_route_missing(s, error))
		s->tries--;	/* the route knows no node: none was tried */
	else
		health_dial_failed(session_route_service(s), s->backend, s->choice.key, error);
	give_back(s, error);
}

void session_try_timed_out(struct session *s)
{
	if (s->hurried && !session_route_missing(s, ETIMEDOUT))
		give_back(s, ETIMEDOUT);
	else
		session_try_failed(s, ETIMEDOUT);
}

enum reason session_try_reason(const struct session *s)
{
	if (session_route_unknown(s))
		return REASON_NO_ROUTE;
	return s->tries != 0 ? session_states[SESSION_DIALLING].over : REASON_NO_BACKEND;
}

enum pause_cause session_try_shortage(const struct session *s)
{
	return dial_error_shortage(s->error);
}

void session_try_close(struct session *s)
{
	choice_close(&s->choice);
	if (s->backend != NULL)
		backend_give(s->backend, s->choice.row);
	if (s->failed != NULL)
		backend_release(s->failed);
}
