/* SPDX-License-Identifier: BSD-2-Clause */
#define CARES_NO_DEPRECATED
#include "udp/dns_hosts.h"

#include <ares.h>
#include <string.h>

#include "udp/dns_set.h"

static ares_channel files;	/* knows the hosts file alone, and answers at once */
static bool opened;

bool dns_hosts_open(void)
{
	struct ares_options options = { .lookups = (char[]){ "f" } };

	opened = ares_init_options(&files, &options, ARES_OPT_LOOKUPS) == ARES_SUCCESS;
	return opened;
}

void dns_hosts_close(void)
{
	if (opened)
		ares_destroy(files);
	opened = false;
}

static void on_found(void *arg, int status, int timeouts, struct ares_addrinfo *found)
{
	struct dns_set *set = arg;

	(void)timeouts;
	if (status != ARES_SUCCESS || found == NULL)
		return;
	for (const struct ares_addrinfo_node *n = found->nodes; n != NULL; n = n->ai_next) {
		struct dns_address a = { .addr.kind = ADDR_NONE };

		if (n->ai_family == AF_INET)
			a.addr.kind = ADDR_INET;
		else if (n->ai_family == AF_INET6)
			a.addr.kind = ADDR_INET6;
		if (a.addr.kind == ADDR_NONE || n->ai_addrlen > sizeof(a.addr.u.in6))
			continue;
		a.addr.len = (socklen_t)n->ai_addrlen;
		memcpy(&a.addr.u, n->ai_addr, n->ai_addrlen);
		dns_set_add(set, &a);
	}
	ares_freeaddrinfo(found);
}

bool dns_hosts_find(const char *name, struct dns_set *set)
{
	/* ENVHOSTS: CARES_HOSTS in the environment names another file */
	const struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT | ARES_AI_ENVHOSTS,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};

	dns_set_clear(set);
	if (opened)
		ares_getaddrinfo(files, name, NULL, &hints, on_found, set);
	dns_set_sort(set);
	return set->count > 0;
}
