/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_report.h"

#include "core/text.h"
#include "udp/dns.h"

/* Priority and weight of each address, for the process that takes this one's place. */
static void print_records(const struct dns_answer *a, struct text *out)
{
	text_puts(out, ",\"records\":[");
	for (size_t i = 0; i < a->count; i++)
		text_printf(out, "%s%u,%u", i > 0 ? "," : "", a->addresses[i].priority,
			    a->addresses[i].weight);
	text_puts(out, "]");
}

/* Ages come from the reader: the clock is the same in all processes. */
static void print_name(const struct dns_use *use, const struct dns_answer *a, void *arg)
{
	struct text *out = arg;
	char address[ADDR_TEXT];

	text_puts(out, out->data[out->len - 1] == '{' ? "\"" : ",\"");
	dns_use_key(use, out);
	text_puts(out, "\":{\"addresses\":[");
	for (size_t i = 0; i < a->count; i++)
		text_printf(out, "%s\"%s\"", i > 0 ? "," : "",
			    dns_use_address(&a->addresses[i].addr, address));
	text_puts(out, "]");
	if (use->srv)
		print_records(a, out);
	text_printf(out, ",\"ttl_seconds\":%u,\"stale\":%s,\"status\":\"%s\",",
		    (unsigned)a->ttl_s, a->stale ? "true" : "false", dns_status_name(a->status));
	text_printf(out, "\"confirmed_ms\":%llu}", (unsigned long long)a->since_ms);
}

void dns_report_print(struct text *out)
{
	text_puts(out, "{\"names\":{");
	dns_each(print_name, out);
	text_puts(out, "}}");
}
