/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proxy/dial_error.h"

#define RECEIVED 16384	/* bytes of one read: others have their turn in between */
#define PROBES 512	/* under way at once, of all services together */

static struct list waiting;
static unsigned active;
static struct timer turn;	/* starts those that wait, outside of anybody's handler */

static void end(struct probe *p)
{
	conn_close(&p->conn);
	timer_cancel(&p->timeout);
	text_close(&p->out);
	text_close(&p->in);
	text_close(&p->wanted);
	p->active = false;
	active--;
	if (!list_empty(&waiting) && !timer_pending(&turn))
		timer_set(&turn, 0);
}

static void finish(struct probe *p, const struct check_outcome *outcome)
{
	uint64_t now = loop_now_us();

	end(p);
	p->handler(p, outcome, now > p->started_us ? now - p->started_us : 0);
}

void probe_pass(struct probe *p)
{
	finish(p, &(struct check_outcome){ .passed = true });
}

void probe_fail(struct probe *p, const char *fmt, ...)
{
	struct check_outcome outcome = { .passed = false };
	va_list args;

	va_start(args, fmt);
	vsnprintf(outcome.why, sizeof(outcome.why), fmt, args);
	va_end(args);
	finish(p, &outcome);
}

void probe_fail_error(struct probe *p, int error)
{
	struct check_outcome outcome = { .local = dial_error_kind(error) < 0 };

	snprintf(outcome.why, sizeof(outcome.why), "%s", dial_error_text(error));
	finish(p, &outcome);
}

bool probe_send(struct probe *p)
{
	size_t put = 0;

	while (p->sent < p->out.len) {
		enum io io = conn_write(&p->conn, p->out.data + p->sent, p->out.len - p->sent,
					&put);

		if (io == IO_AGAIN) {
			event_want(&p->conn.event, EVENT_WRITE);
			return false;
		}
		if (io != IO_OK) {
			probe_fail_error(p, errno);
			return false;
		}
		p->sent += put;
	}
	event_want(&p->conn.event, EVENT_READ);
	return true;
}

enum io probe_receive(struct probe *p, struct slice *got)
{
	static char buffer[RECEIVED];
	size_t n = 0;
	enum io io = conn_read(&p->conn, buffer, sizeof(buffer), &n);

	*got = (struct slice){ buffer, n };
	return io;
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct probe *p = container_of(ev, struct probe, conn.event);
	int error = p->connected ? 0 : conn_error(&p->conn);

	if (error != 0) {
		probe_fail_error(p, error);
	} else if (p->connected) {
		p->kind->ready(p, ready);
	} else if (p->kind->connected == NULL) {
		probe_pass(p);
	} else {
		p->connected = true;
		memset(p->bytes, 0, sizeof(p->bytes));
		p->kind->connected(p);
	}
}

static void on_timeout(struct timer *t)
{
	struct probe *p = container_of(t, struct probe, timeout);

	if (p->connected && p->kind->timed_out != NULL)
		p->kind->timed_out(p);
	else
		probe_fail_error(p, ETIMEDOUT);
}

static void dial(struct probe *p)
{
	enum io io;

	p->active = true;
	p->connected = false;
	p->count = 0;
	p->sent = 0;
	active++;
	p->started_us = loop_now_us();
	io = conn_dial(&p->conn, &p->addr, on_ready);
	if (io != IO_OK) {
		int error = io == IO_AGAIN ? EAGAIN : errno;

		event_setup(&p->conn.event, -1, on_ready);
		probe_fail_error(p, error);
		return;
	}
	event_want(&p->conn.event, EVENT_WRITE);
	timer_set(&p->timeout, p->timeout_ms);
}

static void on_turn(struct timer *t)
{
	(void)t;
	while (active < PROBES && !list_empty(&waiting)) {
		struct probe *p = container_of(waiting.next, struct probe, link);

		list_unlink(&p->link);
		dial(p);
	}
}

void probe_open(void)
{
	list_init(&waiting);
	active = 0;
	timer_setup(&turn, on_turn);
}

void probe_setup(struct probe *p, probe_handler *handler)
{
	*p = (struct probe){ .handler = handler };
	list_init(&p->link);
	event_setup(&p->conn.event, -1, on_ready);
	timer_setup(&p->timeout, on_timeout);
}

void probe_start(struct probe *p, const struct probe_what *what, const struct addr *addr,
		 uint64_t timeout_ms)
{
	p->kind = what->kind;
	p->conf = what->conf;
	p->pattern = what->pattern;
	memcpy(p->modifiers, what->modifiers, sizeof(p->modifiers));
	p->addr = *addr;
	p->timeout_ms = timeout_ms;
	list_append(&waiting, &p->link);
	if (!timer_pending(&turn))
		timer_set(&turn, 0);
}

void probe_cancel(struct probe *p)
{
	list_unlink(&p->link);
	if (!p->active)
		return;
	end(p);
}

bool probe_active(const struct probe *p)
{
	return p->active || !list_empty(&p->link);
}
