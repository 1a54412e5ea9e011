/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request of the remote cache protocol does: core/cache_packet.h. */
#ifndef UDP_CACHE_COMMAND_H
#define UDP_CACHE_COMMAND_H

#include <stdbool.h>

#include "core/cache_packet.h"
#include "core/slice.h"

/* Two parts, valid until the next call. */
struct cache_answer {
	char         head[CACHE_PACKET_ANSWER];
	size_t       len;
	struct slice value;	/* behind it; empty */
};

/*
 * `name`: the only cache that may be meant; empty: any. false: there is no answer, the stream is
 * closed.
 */
bool cache_command(const struct cache_packet *p, struct slice name, bool writes,
		   struct slice value, struct cache_answer *answer);

#endif
