/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks of hosts, 10.0.0.0/8 or fd00::/8, and whether a host is in one. v4 is mapped into v6. */
#ifndef CORE_NETWORK_H
#define CORE_NETWORK_H

#include <netinet/in.h>
#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

#define NETWORK_TEXT (INET6_ADDRSTRLEN + 4)	/* room for a printed one and its NUL */

struct network {
	struct in6_addr host;	/* its bits behind `bits` are 0 */
	unsigned        bits;	/* of 128 */
};

/* An address with or without "/BITS"; bits behind the prefix must be 0. false: it is none. */
bool network_parse(struct slice text, struct network *network) MUST_CHECK;
const char *network_print(const struct network *network, char buf[NETWORK_TEXT]);	/* buf */
bool network_has(const struct network *network, const struct in6_addr *host);
/* The host of an address as v6. false: it has none. */
bool network_host(const struct sockaddr *sa, struct in6_addr *host) MUST_CHECK;

#endif
