/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_cache_get.h"

#include <stdio.h>
#include <string.h>

#include "config/config_types.h"
#include "core/cache_item.h"
#include "core/cache_packet.h"
#include "core/clock.h"
#include "core/uwsgi.h"
#include "proxy/pool_source.h"
#include "proxy/session_struct.h"

#define VALUE_MOST 8192	/* that a socket takes at once */

/* A name with its NUL, as objects have it. */
static struct pool_source *find(struct slice name)
{
	char text[256];

	snprintf(text, sizeof(text), "%.*s", (int)name.len, name.data);
	return pool_source_find(&config_cache_kind, text);
}

/* false: there is no such item. */
static bool read_item(struct pool_source *cache, struct slice key, struct slice *value,
		      uint64_t *end)
{
	static struct shared_entry entry;
	static struct pool pool;

	if (!pool_source_has_table(cache) || !shared_table_get(&cache->table, key, &entry) ||
	    cache_item_stamp_over(entry.stamp, clock_wall_ms()) ||
	    !cache_item_read(entry.value, value, &pool))
		return false;
	*end = cache_item_stamp_origin(entry.stamp) == CACHE_LIVE
		? cache_item_stamp_number(entry.stamp) / 1000 : 0;
	return true;
}

/* A socket that has sent nothing yet has room for it. */
static void send_answer(struct session *s, const struct cache_packet *p, struct slice value,
			uint64_t end)
{
	static char out[CACHE_PACKET_ANSWER + VALUE_MOST];
	size_t len, sent = 0;

	if (p->verb == CACHE_EXISTENCE) {
		len = cache_packet_done(out);
	} else {
		len = cache_packet_value(value.len, end, out);
		memcpy(out + len, value.data, value.len);
		len += value.len;
	}
	/* otherwise the client has gone */
	if (conn_write(&s->client, out, len, &sent) == IO_OK)
		s->relay.down.bytes += sent;
}

bool session_cache_get(struct session *s, struct slice cache, struct slice packet)
{
	size_t size = UWSGI_HEADER + uwsgi_block_size(packet.data);
	struct pool_source *source;
	struct cache_packet p;
	struct slice value;
	uint64_t end;

	packet.len = size < packet.len ? size : packet.len;
	if (!cache_packet_read(&p, slice_after(packet, UWSGI_HEADER)) ||
	    cache_packet_writes(p.verb) || (p.cache.len != 0 && !slice_equal(p.cache, cache)))
		return false;
	source = find(cache);
	if (source == NULL)
		return false;
	/* an item that is not there: the stream is closed without a byte */
	if (!read_item(source, p.key, &value, &end))
		return true;
	if (value.len > VALUE_MOST)
		return false;
	send_answer(s, &p, value, end);
	return true;
}
