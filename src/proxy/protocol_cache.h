/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of the remote cache protocol (core/cache_packet.h) at a uwsgi service. */
#ifndef PROXY_PROTOCOL_CACHE_H
#define PROXY_PROTOCOL_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"
#include "proxy/protocol.h"

struct cache_server_conf;

/* A whole packet with modifier 111 has come. */
enum greet protocol_cache_greet(struct greeting *g, struct slice packet);
/* What goes in front of it through the door: core/cache_door.h. */
size_t protocol_cache_head(const struct cache_server_conf *conf, const union peer *peer,
			   uint32_t left_ms, char *out);

#endif
