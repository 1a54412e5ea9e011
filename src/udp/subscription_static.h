/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configured nodes of a subscription server: objects by their key. They are put into its
 * pools, where a predecessor of this process may have left others.
 */
#ifndef UDP_SUBSCRIPTION_STATIC_H
#define UDP_SUBSCRIPTION_STATIC_H

#include <stdbool.h>

#include "core/map.h"
#include "core/slice.h"

struct object;
struct subscription_pools;

struct subscription_static_keys {
	struct map keys;	/* of objects */
	bool       checked;	/* what a predecessor has left was compared */
};

void subscription_static_open(struct subscription_static_keys *s);
void subscription_static_close(struct subscription_static_keys *s);
/* The object passes to it. */
void subscription_static_put(struct subscription_static_keys *s, struct subscription_pools *pools,
			     struct object *object);
void subscription_static_delete(struct subscription_static_keys *s,
				struct subscription_pools *pools, struct slice key);
/* All that is configured was put. */
void subscription_static_check(struct subscription_static_keys *s,
			       struct subscription_pools *pools);

#endif
