/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Announces the keys of a subscription server to others, as one node whose address is that of our
 * service and whose weight is the sum of the key's nodes; unsubscribes a key with its last node.
 * As plugins/corerouter/cr_common.c of uWSGI does with --fastrouter-resubscribe, but for the
 * weights. A pair `heddle_path`, which others ignore, has the ids of those who have forwarded an
 * announcement: none takes what it has forwarded itself.
 */
#ifndef UDP_SUBSCRIPTION_FORWARD_H
#define UDP_SUBSCRIPTION_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/map.h"
#include "core/slice.h"

struct subscription;
struct subscription_conf;
struct subscription_pools;
struct subscription_target;

#define SUBSCRIPTION_FORWARD_ID 16	/* bytes of an id */

struct subscription_forward {
	const char *server;	/* its name, for log lines */
	const char *address;	/* what is announced; NULL: nothing is forwarded */
	struct subscription_target *targets;
	struct map  sent;	/* keys that are announced */
	int         v4, v6, local;	/* sockets; -1: not open */
	const char *from;	/* of the configuration; NULL: any */
	uint64_t tolerance_ms;
};

void subscription_forward_open(struct subscription_forward *f, const char *server);
void subscription_forward_close(struct subscription_forward *f);
/* The configuration has changed: what is announced already is announced again. */
void subscription_forward_configure(struct subscription_forward *f,
				    const struct subscription_conf *conf);

/* It has come by ourselves, or by too many others. */
bool subscription_forward_loops(const struct subscription *a) MUST_CHECK;
/* A node of the key was announced, or has gone. */
void subscription_forward_key(struct subscription_forward *f, struct subscription_pools *pools,
			      const struct subscription *a, uint64_t now_ms);
/* The key has no node any more. */
void subscription_forward_gone(struct subscription_forward *f, struct slice key);
/* The server is removed, or the program ends: no key has. */
void subscription_forward_leave(struct subscription_forward *f);

#endif
