/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_reach.h"

#include <ifaddrs.h>
#include <string.h>
#include <sys/stat.h>

#include "core/addr.h"

/* Hosts of both families as v6, and where a connection to "every host" goes: to this one. */
static struct in6_addr host_of(const struct sockaddr *sa)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct in6_addr host = IN6ADDR_LOOPBACK_INIT;
	struct in_addr v4 = { htonl(INADDR_LOOPBACK) };

	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

		return IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) ? host : in6->sin6_addr;
	}
	if (((const struct sockaddr_in *)sa)->sin_addr.s_addr != htonl(INADDR_ANY))
		v4 = ((const struct sockaddr_in *)sa)->sin_addr;
	memcpy(host.s6_addr, mapped, sizeof(mapped));
	memcpy(host.s6_addr + sizeof(mapped), &v4, sizeof(v4));
	return host;
}

static bool is_local(const struct ifaddrs *interfaces, const struct in6_addr *host)
{
	if (IN6_IS_ADDR_LOOPBACK(host) || (IN6_IS_ADDR_V4MAPPED(host) && host->s6_addr[12] == 127))
		return true;
	for (const struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next) {
		struct in6_addr own;

		if (i->ifa_addr == NULL || (i->ifa_addr->sa_family != AF_INET &&
					    i->ifa_addr->sa_family != AF_INET6))
			continue;
		own = host_of(i->ifa_addr);
		if (IN6_ARE_ADDR_EQUAL(&own, host))
			return true;
	}
	return false;
}

static bool same_file(const char *a, const char *b)
{
	struct stat one, two;

	return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev &&
	       one.st_ino == two.st_ino;
}

/* The sockets, or, as long as they are not there, their folders: /var/run may be /run. */
static bool same_path(const struct addr *a, const struct addr *b)
{
	char folder[2][sizeof(a->u.un.sun_path) + 1];
	const struct addr *both[2] = { a, b };
	const char *name[2];

	if (a->kind != ADDR_UNIX || b->kind != ADDR_UNIX)
		return false;
	for (size_t i = 0; i < 2; i++) {
		const char *path = both[i]->u.un.sun_path, *slash = strrchr(path, '/');
		size_t len = slash != NULL ? (size_t)(slash - path) : 0;

		name[i] = slash != NULL ? slash + 1 : path;
		memcpy(folder[i], path, len);
		memcpy(folder[i] + len, slash != NULL ? "/" : ".", 2);
	}
	return same_file(a->u.un.sun_path, b->u.un.sun_path) ||
	       (strcmp(name[0], name[1]) == 0 && same_file(folder[0], folder[1]));
}

bool config_reach(const struct ifaddrs *interfaces, const struct addr *to,
		  const struct addr *listener)
{
	struct in6_addr host, there;
	bool v4;

	if (to->datagram != listener->datagram)
		return false;
	if (addr_port(to) == 0)
		return addr_equal(to, listener) || same_path(to, listener);
	host = host_of(&to->u.sa);
	there = host_of(&listener->u.sa);
	v4 = IN6_IS_ADDR_V4MAPPED(&host);
	if (listener->kind != ADDR_ANY && v4 != (listener->kind == ADDR_INET))
		return false;
	return addr_every_host(listener) ? is_local(interfaces, &host)
					 : IN6_ARE_ADDR_EQUAL(&host, &there) != 0;
}
