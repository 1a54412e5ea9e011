/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_guard.h"

#include <ifaddrs.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "config/config_reach.h"
#include "core/network.h"

#define BUCKETS 1024

static struct list buckets[BUCKETS];
static struct list doors = { &doors, &doors };
static uint8_t used[8192];	/* a bit for each port: most senders are known by that alone */

static uint16_t port_of(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET)
		return ((const struct sockaddr_in *)sa)->sin_port;
	return ((const struct sockaddr_in6 *)sa)->sin6_port;
}

static struct list *bucket_of(uint16_t port)
{
	struct list *bucket = &buckets[ntohs(port) % BUCKETS];

	if (bucket->next == NULL)
		list_init(bucket);
	return bucket;
}

static bool has_port(const struct sockaddr *sa)
{
	return sa->sa_family == AF_INET || sa->sa_family == AF_INET6;
}

void fanout_guard_init(struct fanout_guard *guard)
{
	memset(guard, 0, sizeof(*guard));
	list_init(&guard->link);
}

void fanout_guard_add(struct fanout_guard *guard, int fd, const char *fanout)
{
	union {
		struct sockaddr_storage storage;
		struct sockaddr         sa;
	} own = { .storage = { .ss_family = AF_UNSPEC } };
	socklen_t len = sizeof(own);

	if (getsockname(fd, &own.sa, &len) == -1 || !has_port(&own.sa) ||
	    !network_host(&own.sa, &guard->host))
		return;
	guard->port = port_of(&own.sa);
	guard->fanout = fanout;
	used[guard->port / 8] |= (uint8_t)(1 << guard->port % 8);
	list_append(bucket_of(guard->port), &guard->link);
}

static const struct fanout_guard *next_with(const struct list *node, const struct list *end,
					    uint16_t port)
{
	for (; node != end; node = node->next) {
		const struct fanout_guard *g = container_of(node, const struct fanout_guard, link);

		if (g->port == port)
			return g;
	}
	return NULL;
}

void fanout_guard_remove(struct fanout_guard *guard)
{
	const struct list *bucket = bucket_of(guard->port);

	if (list_empty(&guard->link))
		return;
	list_unlink(&guard->link);
	if (next_with(bucket->next, bucket, guard->port) == NULL)
		used[guard->port / 8] &= (uint8_t)~(1 << guard->port % 8);
}

static const char *find(const struct sockaddr *sender, uint16_t port)
{
	const struct list *bucket = bucket_of(port);
	const struct fanout_guard *g;
	struct in6_addr host;

	if (!network_host(sender, &host))
		return NULL;
	for (g = next_with(bucket->next, bucket, port); g != NULL;
	     g = next_with(g->link.next, bucket, port)) {
		if (memcmp(&g->host, &host, sizeof(host)) == 0)
			return g->fanout;
	}
	return NULL;
}

const char *fanout_guard_find(const struct sockaddr *sender)
{
	uint16_t port;

	if (!has_port(sender))
		return NULL;
	port = port_of(sender);
	return (used[port / 8] & 1 << port % 8) != 0 ? find(sender, port) : NULL;
}

void fanout_guard_listens(struct fanout_door *door, const struct addr *addr)
{
	door->addr = *addr;
	list_append(&doors, &door->link);
}

void fanout_guard_ceases(struct fanout_door *door)
{
	list_unlink(&door->link);
}

bool fanout_guard_is_own(const struct addr *target)
{
	struct ifaddrs *interfaces = NULL;
	bool own = false;

	if (getifaddrs(&interfaces) == -1)
		interfaces = NULL;
	for (struct list *node = doors.next; node != &doors && !own; node = node->next) {
		const struct fanout_door *d = container_of(node, struct fanout_door, link);

		own = addr_port(&d->addr) == addr_port(target) &&
			config_reach(interfaces, target, &d->addr);
	}
	if (interfaces != NULL)
		freeifaddrs(interfaces);
	return own;
}
