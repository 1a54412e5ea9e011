/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking clients out of a listening socket's queue, and when not to. */
#ifndef PROXY_ACCEPT_H
#define PROXY_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct listening;

/* Sessions this worker has descriptors for, at most `worker_sessions`. */
void accept_open(uint32_t worker_sessions);

/*
 * A session has ended: is there room for a few, so that it pays to accept again? At a
 * limit, pausing and resuming for each would cost a look at every address each time.
 */
bool accept_has_slack(void);

/* The handler of a listening socket. */
void accept_from(struct event *ev, unsigned ready);
/* Until the queue is empty. */
void accept_all(struct listening *socket);

#endif
