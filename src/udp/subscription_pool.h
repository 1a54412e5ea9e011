/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pool that is being changed; for subscription_pools*.c alone. One pool is read, changed and
 * written, then the next one.
 */
#ifndef UDP_SUBSCRIPTION_POOL_H
#define UDP_SUBSCRIPTION_POOL_H

#include <stdbool.h>

#include "core/pool.h"
#include "udp/subscription_pools_struct.h"

/* The one that was loaded last. */
struct pool *subscription_pool(void);
/* false: there is none, and it is empty. */
bool subscription_pool_load(struct subscription_pools *p, struct slice key);
/* An empty one is no entry. false: no room. */
bool subscription_pool_store(struct subscription_pools *p, struct slice key) MUST_CHECK;
/*
 * Removes a node of it, and stores it. false, and logged: there is no memory for what is left; the
 * node is there still, and gets no sessions.
 */
bool subscription_pool_take_out(struct subscription_pools *p, struct slice key,
				struct pool_node *node);

/* "KEY => what NODE why", in the words of uWSGI: people search for them. */
void subscription_pool_log(const struct subscription_pools *p, const char *event,
			   struct slice key, const struct pool_node *n, const char *what,
			   const char *why);
void subscription_pool_log_removed(const struct subscription_pools *p, struct slice key,
				   const struct pool_node *node, const char *why);

#endif
