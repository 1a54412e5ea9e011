/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_command.h"

#include "config/object.h"
#include "core/clock.h"
#include "core/log.h"
#include "udp/cache_cover.h"
#include "udp/cache_leave.h"
#include "udp/cache_load.h"
#include "udp/caches.h"
#include "udp/resolver_report.h"

enum cache_refusal { REFUSED_CACHE, REFUSED_WRITE, REFUSED_LONG, REFUSED_WRITTEN,
	REFUSALS,
};

/* NULL: there is none of the name, or it is not the one that may be meant. */
static struct cache *find(const struct cache_packet *p, struct slice only)
{
	if (p->cache.len == 0)
		return only.len != 0 ? caches_find(only) : caches_next(NULL);
	if (only.len != 0 && !slice_equal(p->cache, only))
		return NULL;
	return caches_find(p->cache);
}

static void report_refused(const struct cache_packet *p, enum cache_refusal refusal)
{
	static const char *const whys[REFUSALS] = {
		[REFUSED_CACHE] = "it is not served here",
		[REFUSED_WRITE] = "write of cache_server does not have the network of the client",
		[REFUSED_LONG] = "key and value have more than 15000 bytes",
		[REFUSED_WRITTEN] = "an entry, or a line of the mapping file, is not removed so",
	};
	static struct log_limit limits[REFUSALS];
	const char *why = whys[refusal];

	if (log_limited(&limits[refusal], 1))
		log_write(LEVEL_WARN, "cache server: a request for %.*s of cache \"%.*s\" is "
			  "refused: %s", SHOWN(p->key), SHOWN(p->cache), why);
}

static bool get(struct cache *c, const struct cache_packet *p, struct cache_answer *answer)
{
	uint64_t stamp, end = 0;

	if (!cache_leave_get(c, p->key, &answer->value, &stamp))
		return false;
	if (cache_item_stamp_origin(stamp) == CACHE_LIVE)
		end = cache_item_stamp_number(stamp) / 1000;
	answer->len = cache_packet_value(answer->value.len, end, answer->head);
	return true;
}

static bool set(struct cache *c, const struct cache_packet *p, struct slice value)
{
	uint64_t end = p->expires != 0 ? clock_wall_ms() + p->expires * 1000 : 0;

	resolver_report_changed();	/* also of what is refused */
	switch (cache_cover_set(c, p->key, value, end, p->verb == CACHE_UPDATE)) {
	case CACHE_DONE:
		return true;
	case CACHE_LONG:
		report_refused(p, REFUSED_LONG);
		return false;
	case CACHE_EXISTS:
	case CACHE_FULL:
		return false;
	}
	return false;
}

/* Of live items: what is written down stays, as it does over the API. */
static bool del(struct cache *c, const struct cache_packet *p)
{
	struct slice there;
	uint64_t stamp;

	if (!cache_leave_get(c, p->key, &there, &stamp)) {
		cache_load_forget(c, p->key);
		return false;
	}
	if (cache_item_stamp_origin(stamp) != CACHE_LIVE) {
		report_refused(p, REFUSED_WRITTEN);
		return false;
	}
	cache_cover_end(c, p->key);
	resolver_report_changed();
	return true;
}

/* `is_own`: a script of heddle asks. */
static bool carry_out(struct cache *c, const struct cache_packet *p, bool is_own,
		      struct slice value, struct cache_answer *answer)
{
	struct slice there;
	uint64_t stamp;

	switch (p->verb) {
	case CACHE_GET:
		return get(c, p, answer);
	case CACHE_SET:
	case CACHE_UPDATE:
		return set(c, p, value);
	case CACHE_EXISTENCE:
		return cache_leave_get(c, p->key, &there, &stamp);
	case CACHE_DEL:
		return del(c, p);
	case CACHE_CLEAR:
		if (is_own && cache_leave_lasts(c)) {
			cache_load_clear(c);
			cache_cover_leave(c);
		} else {
			cache_clear(c);
		}
		resolver_report_changed();
		return true;
	case CACHE_VERBS:
		break;
	}
	return false;
}

bool cache_command(const struct cache_packet *p, struct slice name, bool writes,
		   struct slice value, struct cache_answer *answer)
{
	struct cache *c = find(p, name);

	answer->value.len = 0;
	answer->len = cache_packet_done(answer->head);
	if (c == NULL) {
		report_refused(p, REFUSED_CACHE);
		return false;
	}
	if (!writes && cache_packet_writes(p->verb)) {
		report_refused(p, REFUSED_WRITE);
		return false;
	}
	return carry_out(c, p, name.len == 0, value, answer);
}
