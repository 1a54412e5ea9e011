/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_request.h"

#include <string.h>

#include "process/child.h"
#include "process/message.h"
#include "udp/cache.h"
#include "udp/cache_cover.h"
#include "udp/cache_leave.h"
#include "udp/cache_load.h"
#include "udp/caches.h"
#include "udp/resolver_report.h"

struct cache_request {
	struct message_item m;
	struct slice        name, key, value;
};

static bool read_request(struct cache_request *r, struct slice bytes)
{
	if (bytes.len < sizeof(r->m))
		return false;
	memcpy(&r->m, bytes.data, sizeof(r->m));
	bytes = slice_after(bytes, sizeof(r->m));
	if (r->m.name > bytes.len || r->m.key > bytes.len - r->m.name || r->m.key == 0)
		return false;
	r->name = (struct slice){ bytes.data, r->m.name };
	r->key = (struct slice){ bytes.data + r->m.name, r->m.key };
	r->value = slice_after(bytes, (size_t)r->m.name + r->m.key);
	return true;
}

static enum request_outcome set(struct cache *c, const struct cache_request *r)
{
	switch (cache_cover_set(c, r->key, r->value, r->m.end_ms, true)) {
	case CACHE_DONE:
		return REQUEST_APPLIED;
	case CACHE_LONG:
		return REQUEST_REFUSED;
	case CACHE_EXISTS:
	case CACHE_FULL:
		break;
	}
	return REQUEST_CONFLICT;
}

static enum request_outcome apply(const struct cache_request *r)
{
	struct cache *c = caches_find(r->name);
	struct slice value;
	uint64_t stamp;
	bool there;

	if (c == NULL)
		return REQUEST_UNCHANGED;
	there = cache_leave_get(c, r->key, &value, &stamp);
	if (r->m.removes && !there)
		cache_load_forget(c, r->key);
	if (r->m.removes && !(there && cache_item_stamp_origin(stamp) == CACHE_LIVE))
		return REQUEST_UNCHANGED;
	if (r->m.removes) {
		cache_cover_end(c, r->key);
		return REQUEST_APPLIED;
	}
	if (there && cache_item_stamp_origin(stamp) != CACHE_LIVE)
		return REQUEST_REFUSED;
	return set(c, r);
}

static void take(uint32_t id, struct slice bytes)
{
	enum request_outcome outcome = REQUEST_REFUSED;
	struct cache_request r;

	if (read_request(&r, bytes))
		outcome = apply(&r);
	if (outcome != REQUEST_UNCHANGED)
		resolver_report_changed();
	child_resolved(id, outcome);
}

const struct resolver_part cache_request_part = {
	.name = "items",
	.item = take,
};
