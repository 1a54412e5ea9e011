/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_admin.h"

#include <netinet/in.h>

bool config_admin_is_unix(const struct addr *addr)
{
	return addr->kind == ADDR_UNIX || addr->kind == ADDR_ABSTRACT;
}

/* An inherited descriptor may be any socket: it counts as one that other machines reach. */
bool config_admin_is_local(const struct addr *addr)
{
	const struct in6_addr *in6 = &addr->u.in6.sin6_addr;

	if (addr->kind == ADDR_INET)
		return ntohl(addr->u.in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	if (addr->kind == ADDR_INET6)
		return IN6_IS_ADDR_LOOPBACK(in6) ||
		       (IN6_IS_ADDR_V4MAPPED(in6) && in6->s6_addr[12] == IN_LOOPBACKNET);
	return config_admin_is_unix(addr);
}

bool config_admin_speaks_tls(const struct admin_conf *admin, const struct admin_listen *listen)
{
	return admin->tls.certificate != NULL && listen->tls &&
	       !config_admin_is_unix(&listen->use.addr);
}
