/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/units.h"

#define MAPPED_BITS 96	/* of ::ffff:0:0/96, behind which v4 lies */

static void map_v4(const struct in_addr *v4, struct in6_addr *host)
{
	memset(host, 0, sizeof(*host));
	host->s6_addr[10] = host->s6_addr[11] = 0xff;
	memcpy(host->s6_addr + 12, v4, sizeof(*v4));
}

static bool read_host(struct slice text, struct in6_addr *host, unsigned *first)
{
	char buf[INET6_ADDRSTRLEN] = "";
	struct in_addr v4;

	if (text.len >= sizeof(buf))
		return false;
	memcpy(buf, text.data, text.len);
	*first = 0;
	if (inet_pton(AF_INET6, buf, host) == 1)
		return true;
	if (inet_pton(AF_INET, buf, &v4) != 1)
		return false;
	map_v4(&v4, host);
	*first = MAPPED_BITS;
	return true;
}

/* The first `bits` of both are the same. */
static bool same_bits(const struct in6_addr *a, const struct in6_addr *b, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;
	unsigned mask = (0xff00U >> rest) & 0xff;

	return memcmp(a, b, bytes) == 0 &&
	       (rest == 0 || ((a->s6_addr[bytes] ^ b->s6_addr[bytes]) & mask) == 0);
}

static bool is_clean(const struct network *network)
{
	struct in6_addr masked = { .s6_addr = { 0 } };
	unsigned bytes = network->bits / 8, rest = network->bits % 8;

	memcpy(&masked, &network->host, bytes);
	if (rest != 0)
		masked.s6_addr[bytes] = network->host.s6_addr[bytes] & (0xff00U >> rest);
	return memcmp(&masked, &network->host, sizeof(masked)) == 0;
}

bool network_parse(struct slice text, struct network *network)
{
	const char *slash = memchr(text.data, '/', text.len);
	size_t len = slash != NULL ? (size_t)(slash - text.data) : text.len;
	unsigned first;
	uint64_t bits;

	if (!read_host((struct slice){ text.data, len }, &network->host, &first))
		return false;
	bits = 128 - first;
	if (slash != NULL && (!number_parse(slice_after(text, len + 1), &bits) ||
			      bits > 128 - first))
		return false;
	network->bits = first + (unsigned)bits;
	return is_clean(network);
}

const char *network_print(const struct network *network, char buf[NETWORK_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "";
	bool v4 = network->bits >= MAPPED_BITS && IN6_IS_ADDR_V4MAPPED(&network->host);

	if (v4)
		inet_ntop(AF_INET, network->host.s6_addr + 12, host, sizeof(host));
	else
		inet_ntop(AF_INET6, &network->host, host, sizeof(host));
	snprintf(buf, NETWORK_TEXT, "%s/%u", host,
		 (network->bits - (v4 ? MAPPED_BITS : 0)) & 0xff);
	return buf;
}

bool network_has(const struct network *network, const struct in6_addr *host)
{
	return same_bits(&network->host, host, network->bits);
}

bool network_host(const struct sockaddr *sa, struct in6_addr *host)
{
	if (sa->sa_family == AF_INET)
		map_v4(&((const struct sockaddr_in *)sa)->sin_addr, host);
	else if (sa->sa_family == AF_INET6)
		*host = ((const struct sockaddr_in6 *)sa)->sin6_addr;
	else
		return false;
	return true;
}
