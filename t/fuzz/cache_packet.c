/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the remote cache protocol, and what comes through the door to the caches: all slices
 * lie in the bytes, a request has what its command needs, and heads that are written are read back.
 */
#include <string.h>

#include "core/cache_door.h"
#include "core/cache_packet.h"
#include "target.h"

static bool is_within(struct slice part, struct slice text)
{
	return part.len == 0 ||
	       (part.data >= text.data && part.data + part.len <= text.data + text.len);
}

static void check_packet(struct slice block)
{
	struct cache_packet p;

	if (!cache_packet_read(&p, block))
		return;
	HOLDS(p.verb < CACHE_VERBS);
	HOLDS(is_within(p.key, block) && is_within(p.cache, block));
	HOLDS(p.key.len != 0 || p.verb == CACHE_CLEAR);
	HOLDS(p.size != 0 || (p.verb != CACHE_SET && p.verb != CACHE_UPDATE));
	HOLDS(cache_packet_writes(p.verb) == (p.verb != CACHE_GET && p.verb != CACHE_EXISTENCE));
}

static void check_head(struct slice bytes)
{
	char head[CACHE_DOOR_HEAD];
	struct slice rest = bytes;
	struct cache_door door;
	size_t len;

	if (!cache_door_read(&rest, &door))
		return;
	HOLDS(is_within(door.name, bytes) && is_within(rest, bytes));
	len = cache_door_write(&door, head);
	HOLDS(len + rest.len == bytes.len && memcmp(head, bytes.data, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = { (const char *)data, size };

	check_packet(bytes);
	check_head(bytes);
	return 0;
}
