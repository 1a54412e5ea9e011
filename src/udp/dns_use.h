/* SPDX-License-Identifier: BSD-2-Clause */
/* What watches of a name share, and how the report for the API calls it and its addresses. */
#ifndef UDP_DNS_USE_H
#define UDP_DNS_USE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"

struct text;

struct dns_use {
	const char *name;
	bool        srv;
	uint32_t    refresh_ms;
};

void dns_use_key(const struct dns_use *use, struct text *out);
/* The host alone where the port is not the name's. Returns buf. */
const char *dns_use_address(const struct addr *addr, char buf[ADDR_TEXT]);

#endif
