/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a datagram that a subscription server has received. */
#ifndef UDP_SUBSCRIPTION_TAKE_H
#define UDP_SUBSCRIPTION_TAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/slice.h"

struct datagram_slot;
struct subscription_server;
struct timer;

/* Each is applied to the pools, or dropped, and counted. */
void subscription_take(struct subscription_server *s, struct datagram_slot *slots, unsigned count);
/* For subscription_names: the addresses of a name have changed. It was admitted when it came. */
void subscription_take_again(void *server, struct slice datagram, const struct sockaddr *sender,
			     uint64_t at_ms, bool is_signed);
/* The timer of a server for which signed announcements wait. */
void subscription_take_later(struct timer *t);

#endif
