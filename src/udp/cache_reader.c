/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config/object.h"
#include "core/cache_value.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/map_line.h"
#include "core/map_lines.h"
#include "udp/cache.h"
#include "udp/cache_cover.h"
#include "udp/resolver_report.h"

#define FIRST_US 20000		/* of the beginning, before anything else goes on */
#define PIECE_US 1000		/* of each further piece; others have as long */
#define PIECE_MS 1
#define LINES_TOLD 10		/* of those that are not used, and of those of a key again */

static void on_timer(struct timer *t);

void cache_reader_setup(struct cache_reader *r, struct cache *cache)
{
	*r = (struct cache_reader){ .cache = cache, .fd = -1 };
	timer_setup(&r->timer, on_timer);
}

void cache_reader_stop(struct cache_reader *r)
{
	timer_cancel(&r->timer);
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
	map_lines_end(&r->lines);
}

static void report_bad(struct cache_reader *r, const char *why)
{
	struct cache *c = r->cache;

	r->bad++;
	if (r->bad <= LINES_TOLD)
		log_write(LEVEL_ERROR, "cache %s: %s:%u: %s: the line is not used",
			  c->object->name, c->conf->file, r->lines.number, why);
}

static void report_repeated(struct cache_reader *r, struct slice key)
{
	struct cache *c = r->cache;

	r->repeated++;
	if (r->repeated <= LINES_TOLD)
		log_write(LEVEL_WARN, "cache %s: %s:%u: %.*s was there already: the last line "
			  "with it is used", c->object->name, c->conf->file, r->lines.number,
			  SHOWN(key));
}

static void set(struct cache_reader *r, struct slice key, struct slice value)
{
	struct cache *c = r->cache;
	struct slice value_there;
	uint64_t stamp, own = cache_item_stamp(CACHE_FILE, r->number);
	bool there, again;

	if (map_get(&c->entries, key) != NULL)
		return;	/* what is configured goes first */
	there = cache_get(c, key, &value_there, &stamp);
	if (there && r->keeps && cache_item_stamp_origin(stamp) == CACHE_LIVE) {
		cache_cover_line(c, key, value, own);
		return;
	}
	again = there && stamp == own;
	if (again)
		report_repeated(r, key);
	cache_cover_forget(c, key);
	switch (cache_set(c, key, value, own, true)) {
	case CACHE_DONE:
		r->items += !again;
		break;
	case CACHE_LONG:
		report_bad(r, "it is too long");
		break;
	case CACHE_EXISTS:
	case CACHE_FULL:
		r->full = true;
		report_bad(r, "the cache is full");
		break;
	}
}

static void take_line(void *arg, uint32_t number, struct slice line, const char *too_long)
{
	static char out[MAP_LINE_VALUE];
	struct cache_reader *r = arg;
	char why[CACHE_VALUE_WHY];
	struct slice key, value;

	(void)number;
	if (too_long != NULL) {
		report_bad(r, too_long);
		return;
	}
	switch (map_line_read(line, r->cache->conf->nodes, &key, out, &value, why)) {
	case MAP_LINE_ITEM:
		set(r, key, value);
		break;
	case MAP_LINE_BAD:
		report_bad(r, why);
		break;
	case MAP_LINE_NONE:
		break;
	}
}

static void finish(struct cache_reader *r)
{
	struct cache *c = r->cache;

	if (r->bad > LINES_TOLD)
		log_write(LEVEL_ERROR, "cache %s: %s: %u more lines are not used", c->object->name,
			  c->conf->file, r->bad - LINES_TOLD);
	if (r->repeated > LINES_TOLD)
		log_write(LEVEL_WARN, "cache %s: %s: %u more lines have a key that was there "
			  "already", c->object->name, c->conf->file, r->repeated - LINES_TOLD);
	log_write(LEVEL_INFO, "cache %s: %s: %u lines, %u items%s", c->object->name, c->conf->file,
		  r->lines.number, r->items, r->bad != 0 ? ", some lines are not used" : "");
	cache_reader_stop(r);
	r->whole = c->clean = true;
	c->walk = (struct shared_walk){ 0 };
	cache_note_filled(c);
	resolver_report_changed();
}

/* false: that was all. */
static bool read_some(struct cache_reader *r)
{
	int more = map_lines_read(&r->lines, r->fd, &(struct map_lines_user){ take_line, r });

	if (more == -1)
		log_write(LEVEL_ERROR, "cache %s: %s: %s: the rest is not read",
			  r->cache->object->name, r->cache->conf->file, strerror(errno));
	return more == 1;
}

static void go_on(struct cache_reader *r, uint64_t us)
{
	uint64_t end = clock_us() + us;
	bool more = true;

	while (more && clock_us() < end)
		more = read_some(r);
	if (more)
		timer_set(&r->timer, PIECE_MS);
	else
		finish(r);
}

static void on_timer(struct timer *t)
{
	go_on(container_of(t, struct cache_reader, timer), PIECE_US);
}

void cache_reader_begin(struct cache_reader *r, bool keeps)
{
	struct cache *c = r->cache;
	uint64_t now = clock_wall_ms();
	const char *why;

	cache_reader_stop(r);
	if (!c->usable)
		return;
	if (c->conf->file == NULL) {
		r->number++;
		r->whole = c->clean = true;
		c->walk = (struct shared_walk){ 0 };
		return;
	}
	r->fd = map_lines_open(c->conf->file, &why);
	if (r->fd == -1) {
		log_write(LEVEL_ERROR, "cache %s: %s: %s: its items stay as they are",
			  c->object->name, c->conf->file, why);
		return;
	}
	c->clean = false;	/* else lines go that have not been read again yet */
	/* a predecessor's are lower */
	r->number = now > r->number ? now : r->number + 1;
	r->items = r->bad = r->repeated = r->gone = 0;
	r->full = r->whole = false;
	r->keeps = keeps;
	map_lines_begin(&r->lines);
	go_on(r, FIRST_US);
}
