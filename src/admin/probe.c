/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/probe.h"

#include <errno.h>

#define PROBES 512	/* under way at once, of all services together */

static struct list waiting;
static unsigned dialling;
static struct timer turn;	/* starts those that wait, outside of anybody's handler */

static void finish(struct probe *p, int error)
{
	uint64_t now = loop_now_us();

	conn_close(&p->conn);
	timer_cancel(&p->timeout);
	p->dialling = false;
	dialling--;
	if (!list_empty(&waiting) && !timer_pending(&turn))
		timer_set(&turn, 0);
	p->handler(p, error, now > p->started_us ? now - p->started_us : 0);
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct probe *p = container_of(ev, struct probe, conn.event);

	(void)ready;
	finish(p, conn_error(&p->conn));
}

static void on_timeout(struct timer *t)
{
	finish(container_of(t, struct probe, timeout), ETIMEDOUT);
}

static void dial(struct probe *p)
{
	enum io io;

	p->dialling = true;
	dialling++;
	p->started_us = loop_now_us();
	io = conn_dial(&p->conn, &p->addr, on_ready);
	if (io != IO_OK) {
		int error = io == IO_AGAIN ? EAGAIN : errno;

		event_setup(&p->conn.event, -1, on_ready);
		finish(p, error);
		return;
	}
	event_want(&p->conn.event, EVENT_WRITE);
	timer_set(&p->timeout, p->timeout_ms);
}

static void on_turn(struct timer *t)
{
	(void)t;
	while (dialling < PROBES && !list_empty(&waiting)) {
		struct probe *p = container_of(waiting.next, struct probe, link);

		list_unlink(&p->link);
		dial(p);
	}
}

void probes_open(void)
{
	list_init(&waiting);
	dialling = 0;
	timer_setup(&turn, on_turn);
}

void probe_setup(struct probe *p, probe_handler *handler)
{
	*p = (struct probe){ .handler = handler };
	list_init(&p->link);
	event_setup(&p->conn.event, -1, on_ready);
	timer_setup(&p->timeout, on_timeout);
}

void probe_start(struct probe *p, const struct addr *addr, uint64_t timeout_ms)
{
	p->addr = *addr;
	p->timeout_ms = timeout_ms;
	list_append(&waiting, &p->link);
	if (!timer_pending(&turn))
		timer_set(&turn, 0);
}

void probe_cancel(struct probe *p)
{
	list_unlink(&p->link);
	if (!p->dialling)
		return;
	conn_close(&p->conn);
	timer_cancel(&p->timeout);
	p->dialling = false;
	dialling--;
	if (!list_empty(&waiting) && !timer_pending(&turn))
		timer_set(&turn, 0);
}

bool probe_active(const struct probe *p)
{
	return p->dialling || !list_empty(&p->link);
}
