/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_cached.h"

#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/cache_item.h"
#include "core/clock.h"
#include "core/log.h"
#include "proxy/greeting.h"
#include "proxy/node_route.h"
#include "proxy/session_pool.h"
#include "proxy/session_struct.h"

/* It is there for somebody else; or whoever has set it was wrong. */
static void report_useless(const struct pool_source *cache, struct slice key, struct slice value)
{
	static struct log_limit limit;

	if (log_limited(&limit, 1))
		log_write(LEVEL_WARN, "cache %s: the value of %.*s names no address: %.*s",
			  cache->object->name, SHOWN(key), SHOWN(value));
}

static const struct pool *find_pool(struct session *s, struct pool_source *cache,
				  struct pool_request *request)
{
	static struct shared_entry entry;
	static struct pool pool;
	struct slice key = s->greeting->key, value;

	(void)request;
	if (!pool_source_has_table(cache) || !shared_table_get(&cache->table, key, &entry) ||
	    cache_item_stamp_over(entry.stamp, clock_wall_ms()) ||
	    !cache_item_read(entry.value, &value, &pool))
		return NULL;
	if (pool.count == 0)
		report_useless(cache, key, value);
	return pool.count != 0 ? &pool : NULL;
}

struct backend *session_cached_take(struct session *s, const struct node_route *r)
{
	struct pool_source *cache = pool_source_find(&config_cache_kind, r->conf->cache);
	struct pool_request request = { .choice = &s->choice, .balance = POOL_WRR };
	const struct pool_node *deferred;

	if (cache == NULL)
		return NULL;
	return session_pool_take(&(struct session_pool){ s, r, cache, find_pool }, &request,
				 &deferred);
}
