/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/dial.h"

#include <errno.h>

#include "core/clock.h"
#include "core/log.h"
#include "proxy/health.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_debug.h"
#include "proxy/session_end.h"

static event_handler *server_handler;

void dial_begin(struct session *s, event_handler *on_server)
{
	session_debug_skipped(s->service);
	s->choice.row = s->row;
	server_handler = on_server;
}

/* Where to; a backend with port `*` is dialled on the one the client used. */
static struct addr target(const struct session *s)
{
	struct addr to = s->backend->conf->addr;
	union peer local;
	socklen_t len = sizeof(local);

	if (!to.client_port || getsockname(s->client.event.fd, &local.sa, &len) == -1)
		return to;
	if (local.sa.sa_family == AF_INET)
		addr_set_port(&to, ntohs(local.in.sin_port));
	else if (local.sa.sa_family == AF_INET6)
		addr_set_port(&to, ntohs(local.in6.sin6_port));
	return to;
}

static void count_connected(struct session *s)
{
	struct backend_cell *cell = backend_cell(s->backend->handle.index);

	s->connect_us = (uint32_t)(clock_us() - s->started_us);
	session_debug_connected(s);
	health_dial_succeeded(s->service, s->backend);
	choice_close(&s->choice);
	atomic_fetch_add_explicit(&cell->sessions, 1, memory_order_relaxed);
	atomic_store_explicit(&cell->last_session_ms, loop_wall_ms(), memory_order_relaxed);
	histogram_add(&service_cell(s->service->handle.index)->connect, &histogram_connect,
		      s->connect_us);
}

/* What came early, at once: if it goes, the connection stands and nobody need ask. */
static int send_early(struct session *s, bool *went)
{
	size_t put = 0;

	*went = false;
	switch (conn_write(&s->server, scratch(), s->early, &put)) {
	case IO_OK:
		*went = true;
		break;
	case IO_AGAIN:
		break;
	default:
		return errno;
	}
	s->relay.up.bytes += put;
	if (put < s->early && !relay_keep(&s->relay, scratch() + put, s->early - put))
		return ENOMEM;
	s->early = 0;
	return 0;
}

static void wait_for_answer(struct session *s)
{
	const struct service_conf *conf = s->service->conf;
	uint64_t ms = conf->connect_timeout_ms, spent = (loop_now_us() - s->started_us) / 1000;

	if (conf->connect_total_timeout_ms != 0) {
		uint64_t total = conf->connect_total_timeout_ms;
		uint64_t left = total > spent ? total - spent : 1;

		s->hurried = s->tries > 1 && (ms == 0 || left < ms);
		if (ms == 0 || left < ms)
			ms = left;
	}
	if (ms != 0)
		timer_set(&s->timer, ms);
	event_want(&s->server.event, EVENT_WRITE);
}

/* 0: connected, or (*waiting) under way; else errno. */
static int dial(struct session *s, bool *waiting)
{
	struct addr to = target(s);
	bool went = false;
	int error;

	*waiting = false;
	if (conn_dial(&s->server, &to, server_handler) != IO_OK)
		return errno;
	if (s->early != 0) {
		error = send_early(s, &went);
		if (error != 0)
			return error;
	}
	if (went || !s->server.connecting)
		return 0;
	*waiting = true;
	wait_for_answer(s);
	return 0;
}

static bool may_try(const struct session *s)
{
	const struct service_conf *conf = s->service->conf;
	/* rounded up: a timer may come a part of a millisecond before its time */
	uint64_t spent = (loop_now_us() - s->started_us + 999) / 1000;

	if (conf->connect_tries != 0 && s->tries >= conf->connect_tries)
		return false;
	return s->tries == 0 || conf->connect_total_timeout_ms == 0
	    || spent < conf->connect_total_timeout_ms;
}

void dial_give_up(struct session *s)
{
	static struct log_limit limit;
	struct log_subject about = { .service = s->service->name };

	/* the pause comes after the end, which would lift it: the next client would fare alike */
	if (s->error == EMFILE || s->error == ENFILE) {
		session_end(s, REASON_OUT_OF_DESCRIPTORS);
		listeners_pause(PAUSE_DESCRIPTORS);
		return;
	}
	if (s->error == ENOMEM || s->error == ENOBUFS) {
		session_end(s, REASON_OUT_OF_MEMORY);
		listeners_pause(PAUSE_MEMORY);
		return;
	}
	if (log_limited(&limit, 10))
		log_about(LEVEL_WARN, &about, s->tries != 0 ? "Failed to connect to any backend"
			  : "Failed to connect to any backend: none is usable");
	session_end(s, s->tries != 0 ? REASON_CONNECT_FAILED : REASON_NO_BACKEND);
}

/* Our own want of descriptors or memory meets every backend: trying others is no use. */
static bool is_ours(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

enum dial dial_next(struct session *s)
{
	while (!is_ours(s->error) && may_try(s)) {
		bool waiting;
		int error;

		s->backend = backend_take(s->service, &s->choice);
		if (s->backend == NULL && backends_full(s->service, &s->choice))
			return DIAL_FULL;
		if (s->backend == NULL)
			break;
		s->tries++;
		error = dial(s, &waiting);
		if (error == 0 && waiting)
			return DIAL_WAITING;
		if (error == 0) {
			count_connected(s);
			return DIAL_CONNECTED;
		}
		dial_failed(s, error);
	}
	dial_give_up(s);
	return DIAL_OVER;
}

bool dial_answered(struct session *s, unsigned ready)
{
	int error = ready & EVENT_ERROR ? conn_error(&s->server) : 0;

	if (error != 0) {
		dial_failed(s, error);
		return false;
	}
	s->server.connecting = false;
	count_connected(s);
	return true;
}

static void let_go(struct session *s, int error)
{
	struct backend *b = s->backend;

	timer_cancel(&s->timer);
	conn_close(&s->server);
	s->error = (int16_t)(choice_add(&s->choice, b) ? error : ENOMEM);
	if (s->failed != NULL)
		backend_release(s->failed);
	s->failed = b;
	backend_hold(b);
	s->backend = NULL;
	backend_give(b, s->row);
}

void dial_failed(struct session *s, int error)
{
	health_dial_failed(s->service, s->backend, error);
	let_go(s, error);
}

void dial_timed_out(struct session *s)
{
	if (s->hurried)
		let_go(s, ETIMEDOUT);
	else
		dial_failed(s, ETIMEDOUT);
}
