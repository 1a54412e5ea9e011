/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether an address that heddle connects to is one that it listens on. */
#ifndef CONFIG_CONFIG_REACH_H
#define CONFIG_CONFIG_REACH_H

#include <stdbool.h>

struct addr;
struct ifaddrs;

/*
 * Whether a connection to `to` may be accepted by the listener; the ports are equal, and both have
 * datagrams or neither. `interfaces`
 * are those of this machine; NULL: only its loopback addresses are known.
 */
bool config_reach(const struct ifaddrs *interfaces, const struct addr *to,
		  const struct addr *listener);

#endif
