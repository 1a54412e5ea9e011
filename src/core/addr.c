/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an address is once it is read: compared, counted, taken apart. Reading
 * is addr_parse.c, printing addr_print.c.
 */
#include "core/addr.h"

#include <arpa/inet.h>
#include <string.h>

static bool has_port(const struct addr *a)
{
	return a->kind == ADDR_INET || a->kind == ADDR_INET6 || a->kind == ADDR_ANY;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_v6(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	int order = memcmp(&a->sin6_addr, &b->sin6_addr, 16);

	return order != 0 ? order : compare_numbers(a->sin6_scope_id, b->sin6_scope_id);
}

static int compare_hosts(const struct addr *a, const struct addr *b)
{
	switch (a->kind) {
	case ADDR_NONE:
		return 0;
	case ADDR_INET:
		return compare_numbers(ntohl(a->u.in.sin_addr.s_addr),
				       ntohl(b->u.in.sin_addr.s_addr));
	case ADDR_INET6:
	case ADDR_ANY:
		return compare_v6(&a->u.in6, &b->u.in6);
	case ADDR_UNIX:
	case ADDR_ABSTRACT:
		return memcmp(&a->u.un, &b->u.un, a->len);
	case ADDR_FD:
		return strcmp(a->u.fd_name, b->u.fd_name);
	}
	return 0;
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	int order = compare_numbers(a->kind, b->kind);

	if (order == 0)
		order = compare_numbers(a->datagram, b->datagram);
	if (order == 0)
		order = compare_numbers(addr_port(a), addr_port(b));
	if (order == 0)
		order = compare_numbers(a->port_last, b->port_last);
	if (order == 0)
		order = compare_numbers(a->client_port, b->client_port);
	if (order == 0)
		order = compare_numbers(a->len, b->len);
	return order != 0 ? order : compare_hosts(a, b);
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

int addr_type(const struct addr *a)
{
	return a->datagram ? SOCK_DGRAM : SOCK_STREAM;
}

void addr_end_in_nul(struct addr *a)
{
	size_t at;

	if (a->kind != ADDR_ABSTRACT)
		return;
	at = a->len - offsetof(struct sockaddr_un, sun_path);
	if (at < sizeof(a->u.un.sun_path) && a->u.un.sun_path[at - 1] != '\0') {
		a->u.un.sun_path[at] = '\0';
		a->len++;
	}
}

bool addr_every_host(const struct addr *a)
{
	return a->kind == ADDR_ANY ||
		(a->kind == ADDR_INET && a->u.in.sin_addr.s_addr == htonl(INADDR_ANY)) ||
		(a->kind == ADDR_INET6 && IN6_IS_ADDR_UNSPECIFIED(&a->u.in6.sin6_addr));
}

bool addr_overlaps(const struct addr *a, const struct addr *b)
{
	if (a->kind == ADDR_UNIX && b->kind == ADDR_UNIX)
		return strcmp(a->u.un.sun_path, b->u.un.sun_path) == 0;
	if (!has_port(a) || !has_port(b) || addr_equal(a, b))
		return addr_equal(a, b);
	if (a->datagram != b->datagram)
		return false;
	bool one_family = a->kind == b->kind || a->kind == ADDR_ANY || b->kind == ADDR_ANY;

	return one_family && addr_port(a) == addr_port(b) &&
	       (addr_every_host(a) || addr_every_host(b));
}

uint16_t addr_port(const struct addr *a)
{
	if (a->kind == ADDR_INET)
		return ntohs(a->u.in.sin_port);
	return has_port(a) ? ntohs(a->u.in6.sin6_port) : 0;
}

void addr_set_port(struct addr *a, uint16_t port)
{
	if (a->kind == ADDR_INET)
		a->u.in.sin_port = htons(port);
	else if (has_port(a))
		a->u.in6.sin6_port = htons(port);
}

unsigned addr_range(const struct addr *a)
{
	uint16_t first = addr_port(a);

	return a->port_last > first ? (unsigned)(a->port_last - first) + 1 : 1;
}

struct addr addr_nth(const struct addr *a, unsigned n)
{
	struct addr one = *a;

	one.port_last = 0;
	addr_set_port(&one, (uint16_t)(addr_port(a) + n));
	return one;
}
