/* SPDX-License-Identifier: BSD-2-Clause */
/* What the pools of a subscription server consist of, for subscription_pool*.c alone. */
#ifndef UDP_SUBSCRIPTION_POOLS_STRUCT_H
#define UDP_SUBSCRIPTION_POOLS_STRUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_subscription.h"
#include "core/shared_table.h"
#include "core/slice.h"

struct subscription_pools {
	const char         *server;	/* its name, for log lines; lives as long as this */
	const struct subscription_conf *conf;
	struct shared_table table;
	bool                usable;	/* there is a table */
	uint64_t            nodes;
	struct shared_walk  walk;	/* of the search for nodes that are too old */
	void              (*filled)(void *owner, struct slice key);	/* it has its first node */
	void              (*emptied)(void *owner, struct slice key);	/* its last one is gone */
	void               *owner;
};

#endif
