/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who accepts from a socket that all workers share (unix paths, inherited sockets). The kernel
 * wakes the one that has watched it longest, for each client the same; so a worker that has more
 * sessions than others goes to the end of the line.
 */
#ifndef PROXY_ACCEPT_TURN_H
#define PROXY_ACCEPT_TURN_H

#include <stdint.h>

struct listening;
struct timer;

/* How many clients to accept now, at most `most`; 0: others are asked first, for a moment. */
uint32_t accept_turn(struct listening *socket, uint32_t most);
/* Some were accepted: has this worker its share, others are woken before it. */
void accept_turn_over(struct listening *socket);
/* listening.aside's handler: watches the socket again. */
void accept_turn_back(struct timer *t);

#endif
