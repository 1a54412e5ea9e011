/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signed announcements for which there was no time yet: copies, in the order in which they came,
 * with what is known of their senders. The bytes of all of them are bounded.
 */
#ifndef UDP_SUBSCRIPTION_WAITING_H
#define UDP_SUBSCRIPTION_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base.h"
#include "core/credentials.h"
#include "core/list.h"
#include "core/subscription.h"

/* An announcement as it has come. */
struct subscription_arrival {
	struct subscription    said;	/* by the datagram */
	struct slice           datagram;
	const struct sockaddr *sender;	/* never NULL; of a unix socket, a family alone */
	struct credentials     from;
	uint64_t               at_ms;	/* loop clock */
};

#define SUBSCRIPTION_WAITING_BYTES ((size_t)4 << 20)	/* some 8,000 announcements */
#define SUBSCRIPTION_WAITING_KEYS 4096

/* All zero: nothing waits. */
struct subscription_waiting {
	struct list list;	/* next NULL: it was never used */
	size_t      bytes, count;
	uint16_t    by_key[SUBSCRIPTION_WAITING_KEYS];	/* how many, by a hash of their key */
};

/* It is copied. false: there is no room; a quarter of it is not for those that are suspect. */
bool subscription_waiting_add(struct subscription_waiting *w, const struct subscription_arrival *a,
			      bool suspect) MUST_CHECK;
/* About how many of that key wait; 0: none. What comes behind one must not overtake it. */
unsigned subscription_waiting_of(const struct subscription_waiting *w, struct slice key);
/*
 * Calls `each`, the oldest first, until it has said `most` times that one has to wait still
 * (false). The others leave when it returns; it must not add or remove any.
 */
void subscription_waiting_each(struct subscription_waiting *w, unsigned most,
			       bool (*each)(const struct subscription_arrival *a, void *arg),
			       void *arg);
void subscription_waiting_clear(struct subscription_waiting *w);

#endif
