/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fair shares of a listening socket that all workers share (unix paths, inherited sockets). The
 * kernel wakes the worker that has watched the socket longest, the same one for each client. So a
 * worker that has more sessions than the others stops watching for a moment, and is last then.
 */
#ifndef PROXY_ACCEPT_TURN_H
#define PROXY_ACCEPT_TURN_H

#include <stdbool.h>
#include <stdint.h>

struct listener_socket;
struct slot;
struct timer;

/* Whether the process of the slot is a worker that accepts. */
bool accept_turn_takes(const struct slot *slot);
/* How many clients to accept now, at most `most`; 0: the socket is left to the others. */
uint32_t accept_turn(struct listener_socket *socket, uint32_t most);
/* Clients were accepted: if this worker has its share now, the others are woken before it. */
void accept_turn_taken(struct listener_socket *socket);
/* Handler of listener_socket.aside: the socket is watched again. */
void accept_turn_over(struct timer *t);

#endif
