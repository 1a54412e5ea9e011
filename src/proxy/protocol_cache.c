/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/protocol_cache.h"

#include <string.h>

#include "config/config_cache.h"
#include "core/cache_door.h"
#include "core/cache_packet.h"
#include "core/network.h"
#include "core/uwsgi.h"
#include "proxy/greeting.h"

enum greet protocol_cache_greet(struct greeting *g, struct slice packet)
{
	struct cache_packet p;

	g->over = REASON_BAD_GREETING;
	if (packet.data[3] != CACHE_PACKET_MODIFIER2) {
		g->why = "a cache command of old, which uWSGI answers wrongly itself";
		return GREET_BAD;
	}
	if (!cache_packet_read(&p, slice_after(packet, UWSGI_HEADER))) {
		g->why = "a cache command that is none";
		return GREET_BAD;
	}
	if (p.key.len <= GREETING_KEY)
		g->key = p.key;
	g->hands_over = true;
	return GREET_READY;
}

static bool is_local(const struct in6_addr *host)
{
	return IN6_IS_ADDR_LOOPBACK(host) ||
	       (IN6_IS_ADDR_V4MAPPED(host) && host->s6_addr[12] == 127);
}

/* At a unix socket, whoever may connect may write: its mode says who that is. */
static bool may_write(const char *networks, const union peer *peer)
{
	struct in6_addr host;
	struct network network;

	if (peer->sa.sa_family == AF_UNIX)
		return true;
	if (!network_host(&peer->sa, &host))
		return false;
	if (networks == NULL)
		return is_local(&host);
	while (*networks != '\0') {
		size_t len = strcspn(networks, " ");

		if (network_parse((struct slice){ networks, len }, &network) &&
		    network_has(&network, &host))
			return true;
		networks += len + strspn(networks + len, " ");
	}
	return false;
}

size_t protocol_cache_head(const struct cache_server_conf *conf, const union peer *peer,
			   uint32_t left_ms, char *out)
{
	const struct cache_door door = {
		.writes = may_write(conf->write, peer), .left_ms = left_ms,
		.name = slice_of(conf->cache),
	};

	return cache_door_write(&door, out);
}
