/* SPDX-License-Identifier: BSD-2-Clause */
/* What a configuration says about services that shuttle's API creates. */
#ifndef CONFIG_CONFIG_SHUTTLE_CONF_H
#define CONFIG_CONFIG_SHUTTLE_CONF_H

#include <stdint.h>

/* `shuttle`: what services get that shuttle's API creates. */
struct shuttle_conf {
	uint64_t given;
	int      balance;		/* row of proxy/balancer.c */
	uint64_t check_interval_ms, client_timeout_ms, server_timeout_ms, connect_timeout_ms;
	uint32_t rise, fall;
};

#endif
