/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libevent as a back-end of our loop, so that evhttp and our own events run in
 * one process: every wait runs libevent's base once. Our events are dispatched first,
 * evhttp's callbacks in small portions between them. Only the control process has both.
 */
#ifndef ADMIN_EVENT_LIBEVENT_H
#define ADMIN_EVENT_LIBEVENT_H

struct event_base;
struct event_ops;

extern const struct event_ops event_libevent;	/* give to loop_open_with() */

/* The base, for evhttp; NULL before loop_open_with(). */
struct event_base *event_libevent_base(void);

/* Called first by callbacks of libevent: what they do counts as busy time of this iteration. */
void event_libevent_woke(void);

/*
 * Calls `run` once, before libevent writes anything that is put into a buffer now: it writes
 * only after it has waited for descriptors, and `run` is called before the next wait.
 */
void event_libevent_before_write(void (*run)(void));

#endif
