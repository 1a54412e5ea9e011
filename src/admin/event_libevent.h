/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libevent as a back-end of our loop, so that evhttp and our own events live in
 * one process: every wait runs libevent's base once. Our events come first and
 * evhttp's callbacks are dispatched in small portions between them. Only the
 * control process links the two; nobody else has to know that there are two.
 */
#ifndef ADMIN_EVENT_LIBEVENT_H
#define ADMIN_EVENT_LIBEVENT_H

struct event_base;
struct event_ops;

extern const struct event_ops event_libevent;	/* give to loop_open_with() */

/* The base, for evhttp; NULL before loop_open_with(). */
struct event_base *event_libevent_base(void);

/* Called by libevent callbacks that are not ours: what they do counts as busy time of this turn. */
void event_libevent_woke(void);

#endif
