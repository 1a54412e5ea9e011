/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_seed.h"

#include "config/config_subscription.h"
#include "core/xxh64.h"
#include "proxy/greeting.h"
#include "proxy/session_struct.h"

uint64_t session_seed(const struct session *s, const struct subscription_conf *conf)
{
	const union peer *peer = &s->peer;
	struct slice host = { "", 0 };
	struct xxh64 x;

	if (conf->iphash_by == IPHASH_REMOTE_ADDR &&
	    s->greeting->client.sa.sa_family != AF_UNSPEC)
		peer = &s->greeting->client;
	if (peer->sa.sa_family == AF_INET)
		host = (struct slice){ (const char *)&peer->in.sin_addr, 4 };
	else if (peer->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&peer->in6.sin6_addr))
		host = (struct slice){ (const char *)&peer->in6.sin6_addr + 12, 4 };
	else if (peer->sa.sa_family == AF_INET6)
		host = (struct slice){ (const char *)&peer->in6.sin6_addr, 16 };
	xxh64_begin(&x);
	xxh64_add(&x, host);
	return xxh64_sum(&x);
}
