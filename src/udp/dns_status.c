/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_status.h"

static const struct {
	const char *name, *text;
} rows[DNS_STATUSES] = {
	[DNS_PENDING] = { "pending", "no answer yet" },
	[DNS_OK] = { "ok", "answered" },
	[DNS_NXDOMAIN] = { "nxdomain", "the name does not exist (NXDOMAIN)" },
	[DNS_EMPTY] = { "empty", "the name has no such record" },
	[DNS_SERVFAIL] = { "servfail", "the server failed (SERVFAIL)" },
	[DNS_TIMEOUT] = { "timeout", "no server answered in time" },
	[DNS_REFUSED] = { "refused", "the server refused" },
	[DNS_INVALID] = { "invalid", "the answer is not readable" },
};

const char *dns_status_name(enum dns_status status)
{
	return rows[status].name;
}

const char *dns_status_text(enum dns_status status)
{
	return rows[status].text;
}
