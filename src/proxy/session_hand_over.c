/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_hand_over.h"

#include <errno.h>
#include <string.h>

#include "config/config_structs.h"
#include "core/cache_door.h"
#include "core/log.h"
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
	struct cache_door door;

	return cache_door_read(&bytes, &door) && session_cache_get(s, door.name, bytes);
}

/* Of greeting_timeout, which is for the whole request. 0: it has no limit. */
static uint32_t time_left(const struct session *s)
{
	uint64_t all = s->service->conf->greeting_timeout_ms;
	uint64_t spent = (loop_now_us() - s->started_us) / 1000;
	uint64_t left = all > spent ? all - spent : 1;

	if (all == 0)
		return 0;
	return left < UINT32_MAX ? (uint32_t)left : UINT32_MAX;
}

static enum reason refuse(struct session *s)
{
	static struct log_limit limit;
	struct log_subject about = { .event = "limit_reached", .service = s->service->name };
	int error = errno;

	s->greeting->why = "too many cache requests wait";
	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "too many cache requests wait for the resolver "
			  "process: a client was closed: %s", strerror(error));
	return REASON_TOO_BUSY;
}

enum reason session_hand_over(struct session *s, struct slice early)
{
	static char bytes[CACHE_DOOR_HEAD + 2 * GREETING_MOST];
	size_t head = s->greeting->protocol->head(s->service->conf, &s->peer,
						       time_left(s), bytes);
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
	if (!door_pass(DOOR_CACHE, s->client.event.fd, (struct slice){ bytes, head + all.len }))
		return refuse(s);
	s->relay.up.bytes += all.len;
	kept_close(&s->relay.up.kept);
	return REASON_DONE;
}
