/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_hand_over.h"

#include <string.h>

#include "core/cache_door.h"
#include "os/door.h"
#include "proxy/greeting.h"
#include "proxy/kept.h"
#include "proxy/service.h"
#include "proxy/session_cache_get.h"
#include "proxy/session_struct.h"

bool session_hand_over_wanted(const struct session *s)
{
	return s->greeting != NULL && s->greeting->hands_over;
}

static bool answered(struct session *s, struct slice bytes)
{
	struct slice cache;
	bool writes;

	return cache_door_read(&bytes, &writes, &cache) && session_cache_get(s, cache, bytes);
}

enum reason session_hand_over(struct session *s, struct slice early)
{
	static char bytes[CACHE_DOOR_HEAD + 2 * GREETING_MOST];
	size_t head = s->greeting->protocol->head(s->service->conf, &s->peer, bytes);
	struct slice all;

	_Static_assert(sizeof(bytes) <= DOOR_BYTES, "what was read fits through the door");
	if (early.len != 0 && !relay_keep(&s->relay, early.data, early.len))
		return REASON_OUT_OF_MEMORY;
	all = kept_gather(&s->relay.up.kept, bytes + head, sizeof(bytes) - head);
	if (all.data != bytes + head)
		memmove(bytes + head, all.data, all.len);
	if (answered(s, (struct slice){ bytes, head + all.len })) {
		s->relay.up.bytes += all.len;
		kept_close(&s->relay.up.kept);
		return REASON_DONE;
	}
	/* closing it here does not take it from the loop, once the other one has it too */
	event_set_shared(&s->client.event, false);
	if (!door_pass(DOOR_CACHE, s->client.event.fd, (struct slice){ bytes, head + all.len })) {
		s->greeting->why = "too many cache requests wait";
		return REASON_CONNECT_FAILED;
	}
	s->relay.up.bytes += all.len;
	kept_close(&s->relay.up.kept);
	return REASON_DONE;
}
