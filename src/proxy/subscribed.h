/* SPDX-License-Identifier: BSD-2-Clause */
/* Subscription servers as this process uses them (pool_source.h): which nodes a key has. */
#ifndef PROXY_SUBSCRIBED_H
#define PROXY_SUBSCRIBED_H

#include <stdbool.h>

#include "config/config_subscription.h"
#include "core/base.h"
#include "core/pool.h"
#include "core/slice.h"

struct pool_source;

const struct subscription_conf *subscribed_conf(const struct pool_source *server);
/* After pool_source_commit(): what its servers need to know of requests. */
void subscribed_update(void);

/*
 * The pool of the key, or of the next one that stands for it: with `mountpoint` the part before
 * its first slash; *.example.com; with dotsplit .example.com; the fallback key. It is valid until
 * the next call of this process. NULL: nobody is subscribed under any of them.
 */
struct pool *subscribed_pool(struct pool_source *server, struct slice key,
			     bool mountpoint) MUST_CHECK;

#endif
