/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subscription servers as this process uses them: which nodes a key has. Who is subscribed is
 * written by the resolver process (core/pool.h); nothing is written here, and nobody waits.
 */
#ifndef PROXY_SUBSCRIBED_H
#define PROXY_SUBSCRIBED_H

#include <stdbool.h>

#include "config/config_subscription.h"
#include "core/base.h"
#include "core/pool.h"
#include "core/slice.h"

struct change_op;
struct subscribed;

/* A change, as in registry.h. */
bool subscribed_prepare(const struct change_op *op);
void subscribed_commit(void);
void subscribed_abort(void);
void subscribed_close(void);

/* The server of that name; NULL: none is configured. */
struct subscribed *subscribed_find(const char *name);
const struct subscription_conf *subscribed_conf(const struct subscribed *server);
/* A node is subscribed under some key. */
bool subscribed_any(struct subscribed *server);

/*
 * The pool of the key, or of the next one that stands for it: with `mountpoint` the part before
 * its first slash; *.example.com; with dotsplit .example.com; the fallback key. It is valid until
 * the next call of this process. NULL: nobody is subscribed under any of them.
 */
struct pool *subscribed_pool(struct subscribed *server, struct slice key,
			     bool mountpoint) MUST_CHECK;

#endif
