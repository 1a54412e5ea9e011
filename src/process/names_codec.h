/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a name stands for, as the payload of MESSAGE_NAMES and back. It comes from a process that
 * parses what strangers send, so everything in it is checked.
 */
#ifndef PROCESS_NAMES_CODEC_H
#define PROCESS_NAMES_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_members.h"
#include "core/base.h"
#include "core/endpoint.h"
#include "core/slice.h"

struct arena;
struct text;

struct names_wire {		/* then the host, then the addresses */
	uint32_t gone;		/* 1: the last answer is that there are none any more */
	uint32_t host_len, count;
	uint32_t refresh_ms;
};

struct names_wire_address {
	uint16_t family;	/* 4 or 6 */
	uint16_t port;		/* 0: the port is that of the group */
	uint16_t priority, weight;
	uint32_t scope;
	uint8_t  ip[16];
};

#define NAMES_CODEC_MIN (sizeof(struct names_wire) + 1)
#define NAMES_CODEC_MAX (sizeof(struct names_wire) + ENDPOINT_TEXT + \
			 CONFIG_MEMBERS_MAX * sizeof(struct names_wire_address))

struct named_addresses {
	const char                  *host;	/* of the group: an endpoint as it is printed */
	uint32_t                     refresh_ms;	/* of the group: see backend_conf */
	bool                         gone;
	const struct member_address *list;
	size_t                       count;
};

/* At most CONFIG_MEMBERS_MAX addresses; only those of IPv4 and IPv6 are encoded. */
void names_codec_encode(const struct named_addresses *names, struct text *out);
/* false: it is not valid. Everything lives in the arena. */
bool names_codec_decode(struct slice bytes, struct arena *arena,
			struct named_addresses *names) MUST_CHECK;

#endif
