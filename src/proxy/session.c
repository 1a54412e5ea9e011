/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session.h"

#include <errno.h>
#include <unistd.h>

#include "proxy/accept_pause.h"
#include "proxy/service.h"
#include "proxy/session_answer.h"
#include "proxy/session_clock.h"
#include "proxy/session_early.h"
#include "proxy/session_greet.h"
#include "proxy/session_list.h"
#include "proxy/session_report.h"
#include "proxy/session_struct.h"
#include "proxy/session_try.h"
#include "proxy/session_wait.h"

/*
 * The steps, in the order in which a session takes them. `early` are bytes of the client that were
 * read right now: they are in the scratch buffer, which is anybody's in the next loop iteration.
 */
static void admit(struct session *s);
static void greet(struct session *s, struct slice early);
static void greeted(struct session *s, enum greet answer, struct slice early, enum reason why);
static void pick(struct session *s, struct slice early);
static void connected(struct session *s);
static void carry(struct session *s);
static void on_client(struct event *ev, unsigned ready);
static void on_server(struct event *ev, unsigned ready);
static void on_timer(struct timer *t);

static const struct slice nothing;

void session_start(struct listener *listener, int fd, const union peer *peer)
{
	struct session *s = session_list_new(listener, peer);

	if (s == NULL) {
		close(fd);
		counter_add(COUNTER_ENDED, 1);
		accept_pause_begin(PAUSE_MEMORY);
		return;
	}
	s->started_us = loop_now_us();
	/* not known to the kernel yet: most clients have sent something, and are read first */
	conn_setup(&s->client, fd, on_client);
	s->client.local = peer->sa.sa_family == AF_UNIX;
	s->server.event.fd = -1;
	list_init(&s->server.event.link);
	timer_setup(&s->timer, on_timer);
	admit(s);
}

/* A session that waited at a limit: at that of its service, or at those of all usable backends. */
static void resume(struct session *s)
{
	if (s->choice.row->service_hold == HOLD_HELD)
		pick(s, nothing);
	else
		admit(s);
}

static void on_later(struct deferred *d)
{
	resume(container_of(d, struct session, later));
}

/*
 * Counted before anything is read: a client that waits at the limit of its service costs no
 * memory for bytes. A session that is refused here has no start line.
 */
static void admit(struct session *s)
{
	struct slice early;

	s->state = SESSION_QUEUED;
	if (!service_enter(s->service, s->choice.row)) {
		if (session_wait(s, on_later))
			return;
		session_report_refused(s);
		session_end(s, session_states[SESSION_QUEUED].over);
		return;
	}
	session_wait_done(s);
	s->state = s->service->greets != NULL ? SESSION_GREETING : SESSION_DIALLING;
	session_report_started(s);
	switch (session_early_read(s, &early)) {
	case IO_ERROR:
		session_end(s, REASON_CLIENT_GONE);
		return;
	case IO_EOF:
		s->relay.up.eof = true;
		break;
	case IO_OK:
	case IO_AGAIN:
		break;
	}
	if (s->state == SESSION_DIALLING)
		pick(s, early);
	else
		greet(s, early);
}

/* After GREET_WAIT; the session may end in this call. */
static void on_answer(struct greeting *g, enum greet answer)
{
	struct session *s = g->owner;
	enum reason why = REASON_DONE;

	answer = session_greet_answered(s, answer, &why);
	greeted(s, answer, nothing, why);
}

static void greet(struct session *s, struct slice early)
{
	enum reason why = REASON_DONE;
	enum greet answer = session_greet_first(s, on_answer, &early, &why);

	if (answer == GREET_MORE || answer == GREET_WAIT)
		session_greet_limit(s);
	greeted(s, answer, early, why);
}

/* The client has sent more, or has gone. */
static void greet_on(struct session *s)
{
	enum reason why = REASON_DONE;
	struct slice early;
	enum greet answer = session_greet_read(s, &early, &why);

	greeted(s, answer, early, why);
}

/* While no bytes are wanted: a client that goes is noticed, what it sends waits in its socket. */
static void watch_client(struct session *s)
{
	event_want_lazily(&s->client.event, false);
}

static void greeted(struct session *s, enum greet answer, struct slice early, enum reason why)
{
	/* behind the greeting: its body */
	if (session_greet_body(s))
		s->state = SESSION_BUFFERING;
	switch (answer) {
	case GREET_MORE:
		event_want(&s->client.event, EVENT_READ);
		break;
	case GREET_WAIT:
		watch_client(s);
		break;
	case GREET_READY:
		timer_cancel(&s->timer);
		s->state = SESSION_DIALLING;
		if (session_hand_over_wanted(s))
			session_end(s, session_hand_over(s, early));
		else
			pick(s, early);
		break;
	case GREET_BAD:
		session_end(s, why);
		break;
	}
}

/* All backends that are usable are full. What the client has sent leaves the scratch buffer. */
static bool put_off(struct session *s, struct slice early)
{
	if (early.len != 0 && !relay_keep(&s->relay, early.data, early.len))
		return false;
	if (!session_wait(s, on_later))
		return false;
	s->state = SESSION_QUEUED;
	watch_client(s);
	return true;
}

/* No backend is left, or none has room. */
static void give_up(struct session *s)
{
	enum pause_cause shortage = session_try_shortage(s);

	/* the pause comes after the end, which would lift it: the next client would fare alike */
	if (shortage != PAUSE_NONE) {
		session_end(s, shortage == PAUSE_MEMORY ? REASON_OUT_OF_MEMORY
							: REASON_OUT_OF_DESCRIPTORS);
		accept_pause_begin(shortage);
		return;
	}
	session_report_unconnected(s);
	session_end(s, session_try_reason(s));
}

static void wait_for_backend(struct session *s)
{
	uint64_t ms = session_try_timeout(s);

	if (ms != 0)
		timer_set(&s->timer, ms);
	event_want(&s->server.event, EVENT_WRITE);
	watch_client(s);
}

static void failed(struct session *s, int error)
{
	timer_cancel(&s->timer);
	conn_close(&s->server);
	session_try_failed(s, error);
}

/* Until a backend is connected, or under way, or none is left: the client notices none of it. */
static void pick(struct session *s, struct slice early)
{
	while (session_try_allowed(s)) {
		int error;

		if (!session_try_take(s)) {
			if (session_try_full(s) && put_off(s, early))
				return;
			break;
		}
		s->state = SESSION_DIALLING;
		error = session_early_dial(s, &early, on_server);
		if (error == 0 && s->server.connecting) {
			wait_for_backend(s);
			return;
		}
		if (error == 0) {
			connected(s);
			return;
		}
		failed(s, error);
	}
	give_up(s);
}

static void connected(struct session *s)
{
	session_try_connected(s);
	session_report_connected(s);
	/* connect_timeout is over; from the first move on the timer is that of silence */
	timer_cancel(&s->timer);
	s->state = SESSION_RELAYING;
	if (session_pass_wanted(s)) {
		session_end(s, session_pass_client(s));
		return;
	}
	session_clock_start(s);
	session_list_mark(s);
	carry(s);
}

static void on_server(struct event *ev, unsigned ready)
{
	struct session *s = container_of(ev, struct session, server.event);
	int error;

	if (s->state == SESSION_RELAYING) {
		carry(s);
		return;
	}
	error = ready & EVENT_ERROR ? conn_error(&s->server) : 0;
	if (error != 0) {
		failed(s, error);
		pick(s, nothing);
		return;
	}
	s->server.connecting = false;
	connected(s);
}

/* What the client still sends goes nowhere; once it has finished, so has the session. */
static void answered(struct session *s)
{
	if (session_answer_read(s))
		session_end(s, session_answer_reason(s));
}

static void on_client(struct event *ev, unsigned ready)
{
	struct session *s = container_of(ev, struct session, client.event);

	if (s->state == SESSION_RELAYING) {
		carry(s);
		return;
	}
	if (s->state <= SESSION_BUFFERING && !session_greet_waits(s)) {
		greet_on(s);
		return;
	}
	if (s->state == SESSION_ANSWERED) {
		answered(s);
		return;
	}
	/* one that has sent all and closed is no error: what it sent is still delivered */
	if ((ready & EVENT_ERROR) != 0 && conn_error(&s->client) != 0)
		session_end(s, REASON_CLIENT_GONE);
	else
		event_want(ev, 0);
}

static void on_silence(struct session *s)
{
	enum reason why;

	if (session_clock_over(s, &why))
		session_end(s, why);
}

static void on_timer(struct timer *t)
{
	struct session *s = container_of(t, struct session, timer);

	switch ((enum session_state)s->state) {
	case SESSION_GREETING:
		session_end(s, session_states[SESSION_GREETING].over);
		break;
	case SESSION_BUFFERING:
		session_end(s, session_greet_body_over(s));
		break;
	case SESSION_QUEUED:
		resume(s);
		break;
	case SESSION_DIALLING:
		conn_close(&s->server);
		session_try_timed_out(s);
		pick(s, nothing);
		break;
	case SESSION_RELAYING:
		on_silence(s);
		break;
	case SESSION_ANSWERED:
		session_end(s, session_answer_reason(s));
		break;
	case SESSION_ENDED:
		break;
	}
}

/* Each event of either side. Ends the session when both directions are done, or one has failed. */
static void carry(struct session *s)
{
	uint64_t up = s->relay.up.bytes, down = s->relay.down.bytes;
	enum relay_status status = relay_move(&s->relay, &s->client, &s->server);

	/* what is sent once is never delayed; from the second time on it could be */
	if (!s->server.nodelay && up != 0 && s->relay.up.bytes != up)
		conn_nodelay(&s->server, &s->service->tuning);
	if (session_clock_note(s, up, down))
		session_list_mark(s);
	if (status == RELAY_OPEN && !s->relay.up.discards)
		session_clock_watch(s);
	else if (status == RELAY_OPEN || (status == RELAY_SERVER_FAILED && s->relay.down.reset)) {
		if (session_clock_linger(s))
			session_end(s, REASON_BACKEND_RESET);
	} else if (status == RELAY_DONE)
		session_end(s, REASON_DONE);
	else
		session_end(s, session_close_reason(s, status));
}

void session_changed(struct session *s)
{
	if (s->state == SESSION_RELAYING)
		on_silence(s);
	else if (s->state == SESSION_GREETING)
		session_greet_limit(s);
	/* waits at its limit, and is not counted: the service's cell may be another's soon */
	else if (s->service->removed && s->choice.row->service_hold == HOLD_FREE)
		session_end(s, REASON_MAX_CONNECTIONS);
	else if (s->state == SESSION_QUEUED)
		session_wait_changed(s);
}

void session_end(struct session *s, enum reason why)
{
	if (s->state == SESSION_ENDED)
		return;
	timer_cancel(&s->timer);
	session_wait_done(s);
	if (session_answer_begin(s, why)) {
		s->state = SESSION_ANSWERED;
		return;
	}
	/* while everything is there that lines and counters are about */
	session_report_ended(s, why);
	/* before the counts are given back: a backend at its limit has lost this connection then */
	session_close(s, why);
	relay_close(&s->relay);
	s->state = SESSION_ENDED;
	session_try_close(s);
	if (s->greeting != NULL)
		session_greet_close(s);
	service_leave(s->service, s->choice.row);
	counter_add(COUNTER_ENDED, 1);
	/* events of this batch may still name it: it is freed after the batch */
	session_list_remove(s);
	accept_pause_session_ended();
}
