/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_report.h"

#include <arpa/inet.h>

#include "core/text.h"
#include "core/units.h"
#include "udp/dns.h"

const char *dns_report_address(const struct addr *addr, char buf[ADDR_TEXT])
{
	if (addr_port(addr) != 0)
		return addr_print(addr, buf, ADDR_TEXT);
	if (addr->kind == ADDR_INET)
		return inet_ntop(AF_INET, &addr->u.in.sin_addr, buf, ADDR_TEXT);
	return inet_ntop(AF_INET6, &addr->u.in6.sin6_addr, buf, ADDR_TEXT);
}

/* "srv:app.example.net refresh 1m": a name with two refresh times has two answers. */
static void print_use(const struct dns_use *use, struct text *out)
{
	text_printf(out, "\"%s%s", use->srv ? "srv:" : "", use->name);
	if (use->refresh_ms != 0) {
		text_puts(out, " refresh ");
		duration_print(use->refresh_ms, out);
	}
	text_puts(out, "\":");
}

/* Ages come from the reader: the clock is the same in all processes. */
static void print_name(const struct dns_use *use, const struct dns_answer *a, void *arg)
{
	struct text *out = arg;
	char address[ADDR_TEXT];

	text_puts(out, out->data[out->len - 1] == '{' ? "" : ",");
	print_use(use, out);
	text_puts(out, "{\"addresses\":[");
	for (size_t i = 0; i < a->count; i++)
		text_printf(out, "%s\"%s\"", i > 0 ? "," : "",
			    dns_report_address(&a->addresses[i].addr, address));
	text_printf(out, "],\"ttl_seconds\":%u,\"stale\":%s,\"status\":\"%s\",",
		    (unsigned)a->ttl_s, a->stale ? "true" : "false", dns_status_name(a->status));
	text_printf(out, "\"confirmed_ms\":%llu}", (unsigned long long)a->since_ms);
}

void dns_report_print(struct text *out)
{
	text_puts(out, "{\"names\":{");
	dns_each(print_name, out);
	text_puts(out, "}}");
}
