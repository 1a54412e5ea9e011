/* SPDX-License-Identifier: BSD-2-Clause */
/* `resolver`: how names are resolved, as the configuration says it. */
#ifndef CONFIG_CONFIG_RESOLVER_H
#define CONFIG_CONFIG_RESOLVER_H

#include <stdint.h>

#include "core/addr.h"

#define RESOLVER_SERVERS_MAX 8

struct resolver_servers {
	uint32_t    count;	/* 0: those of the system */
	struct addr list[RESOLVER_SERVERS_MAX];
};

struct resolver_conf {
	uint64_t given;
	struct resolver_servers servers;
	uint64_t min_ttl_ms, max_ttl_ms;
	uint64_t timeout_ms;	/* of one try */
	uint32_t tries;		/* how often each server is asked */
};

#endif
