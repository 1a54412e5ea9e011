/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_use.h"

#include <arpa/inet.h>

#include "core/text.h"
#include "core/units.h"

/* "srv:app.example.net refresh 1m": a name with two refresh times has two answers. */
void dns_use_key(const struct dns_use *use, struct text *out)
{
	text_printf(out, "%s%s", use->srv ? "srv:" : "", use->name);
	if (use->refresh_ms != 0) {
		text_puts(out, " refresh ");
		duration_print(use->refresh_ms, out);
	}
}

const char *dns_use_address(const struct addr *addr, char buf[ADDR_TEXT])
{
	if (addr_port(addr) != 0)
		return addr_print(addr, buf, ADDR_TEXT);
	if (addr->kind == ADDR_INET)
		return inet_ntop(AF_INET, &addr->u.in.sin_addr, buf, ADDR_TEXT);
	return inet_ntop(AF_INET6, &addr->u.in6.sin6_addr, buf, ADDR_TEXT);
}
