/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/subscribed.h"

#include <string.h>

#include "config/config_types.h"
#include "proxy/greeting.h"
#include "proxy/pool_source.h"

#define LABELS_MOST 16		/* of a key that are cut off for a pattern */
#define DOTSPLIT_MOST 5		/* lookups of one key, as uWSGI has it */

void subscribed_update(void)
{
	bool by_remote_addr = false;
	struct pool_source *s = NULL;

	while ((s = pool_source_next(s)) != NULL)
		by_remote_addr |= s->object->kind == &config_subscription_kind &&
				  subscribed_conf(s)->iphash_by == IPHASH_REMOTE_ADDR;
	greeting_want_client(by_remote_addr);
}

const struct subscription_conf *subscribed_conf(const struct pool_source *server)
{
	return server->object->conf;
}

static struct pool *get(struct pool_source *server, struct slice key)
{
	static struct shared_entry entry;
	static struct pool pool;

	if (!shared_table_get(&server->table, key, &entry) || !pool_read(&pool, entry.value))
		return NULL;
	return pool.count != 0 ? &pool : NULL;
}

/* *.example.com for www.example.com, then *.com. */
static struct pool *get_by_pattern(struct pool_source *server, struct slice key)
{
	char text[256];
	struct pool *pool = NULL;

	for (unsigned i = 0; i < LABELS_MOST && pool == NULL; i++) {
		const char *dot = key.len > 1 ? memchr(key.data + 1, '.', key.len - 1) : NULL;

		if (dot == NULL)
			return NULL;
		key = slice_after(key, (size_t)(dot - key.data));
		text[0] = '*';
		memcpy(text + 1, key.data, key.len);
		pool = get(server, (struct slice){ text, key.len + 1 });
	}
	return pool;
}

static struct pool *get_by_dots(struct pool_source *server, struct slice key)
{
	struct pool *pool = NULL;

	for (unsigned i = 1; i < DOTSPLIT_MOST && pool == NULL; i++) {
		const char *dot = key.len > 1 ? memchr(key.data + 1, '.', key.len - 1) : NULL;

		if (dot == NULL)
			return NULL;
		key = slice_after(key, (size_t)(dot - key.data));
		pool = get(server, key);
	}
	return pool;
}

static struct slice host_of(struct slice key)
{
	const char *slash = memchr(key.data, '/', key.len);

	return (struct slice){ key.data, slash != NULL ? (size_t)(slash - key.data) : key.len };
}

struct pool *subscribed_pool(struct pool_source *server, struct slice key, bool mountpoint)
{
	const struct subscription_conf *conf = subscribed_conf(server);
	struct slice host = mountpoint ? host_of(key) : key, expression;
	struct pool *pool;

	if (key.len > 255 || !pool_source_has_table(server))
		return NULL;
	pool = get(server, key);
	if (pool == NULL && host.len != key.len)
		pool = get(server, host);
	if (pool == NULL)
		pool = get_by_pattern(server, host);
	if (pool == NULL && conf->dotsplit)
		pool = get_by_dots(server, host);
	if (pool == NULL && conf->regexp &&
	    subscribed_regexps_find(&server->regexps, server->object->name, host, &expression))
		pool = get(server, expression);
	if (pool == NULL && conf->fallback_key != NULL)
		pool = get(server, slice_of(conf->fallback_key));
	return pool;
}
