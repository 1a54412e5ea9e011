/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_route_address.h"

#include <string.h>

#include "core/log.h"
#include "core/route_expand.h"
#include "proxy/greeting.h"
#include "proxy/listener.h"
#include "proxy/node_route.h"
#include "proxy/node_route_kind.h"
#include "proxy/service.h"
#include "proxy/session_struct.h"

void session_route_address_bad(const struct session *s, const struct node_route *r, const char *why)
{
	static struct log_limit limit;
	struct log_subject about = { .service = s->service->name };

	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "route %s: %s", r->object->name, why);
}

/* Also of a socket of IPv6 that takes clients of IPv4. false: it is no address of IPv4. */
static bool read_v4(const struct sockaddr *sa, uint32_t *host)
{
	const struct sockaddr_in *in = (const void *)sa;
	const struct sockaddr_in6 *in6 = (const void *)sa;

	if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		memcpy(host, in6->sin6_addr.s6_addr + 12, sizeof(*host));
	else if (sa->sa_family == AF_INET)
		*host = in->sin_addr.s_addr;
	else
		return false;
	*host = ntohl(*host);
	return true;
}

/* The port that the client has used, on this machine: each session would make the next one. */
static bool leads_back(const struct session *s, const struct addr *addr)
{
	union peer own;
	socklen_t len = sizeof(own);
	uint32_t to, mine;
	bool v4, both;	/* families that the listener takes clients of */

	if ((addr->kind != ADDR_INET && addr->kind != ADDR_INET6) ||
	    getsockname(s->client.event.fd, &own.sa, &len) == -1 ||
	    (own.sa.sa_family != AF_INET && own.sa.sa_family != AF_INET6))
		return false;
	if (addr_port(addr) != ntohs(own.sa.sa_family == AF_INET ? own.in.sin_port
								  : own.in6.sin6_port))
		return false;
	if (addr_every_host(addr))
		return true;
	v4 = read_v4(&own.sa, &mine);
	both = s->listener->addr.kind == ADDR_ANY || (v4 && own.sa.sa_family == AF_INET6);
	if (read_v4(&addr->u.sa, &to))
		return (v4 && to == mine) || ((v4 || both) && to >> 24 == 127);
	return (both && IN6_IS_ADDR_LOOPBACK(&addr->u.in6.sin6_addr)) ||
	       (own.sa.sa_family == AF_INET6 &&
		IN6_ARE_ADDR_EQUAL(&addr->u.in6.sin6_addr, &own.in6.sin6_addr));
}

bool session_route_address_fits(const struct session *s, const struct node_route *r,
				struct addr *addr)
{
	if (addr->client_port || leads_back(s, addr)) {
		session_route_address_bad(s, r, "the key leads back to this listener");
		return false;
	}
	addr_end_in_nul(addr);
	return true;
}

bool session_route_address(const struct session *s, const struct node_route *r, struct addr *addr)
{
	char text[ROUTE_EXPAND_MAX], why[400];

	if (!r->kind->address(r->conf, &r->regex, s->greeting->key, text))
		return false;
	if (!addr_parse(addr, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why))) {
		session_route_address_bad(s, r, why);
		return false;
	}
	return session_route_address_fits(s, r, addr);
}
