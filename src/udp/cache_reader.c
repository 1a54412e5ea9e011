/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/object.h"
#include "core/cache_value.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/map_line.h"
#include "udp/cache.h"
#include "udp/resolver_report.h"

#define ROOM 65536		/* bytes of a piece, and of the longest line */
#define FIRST_US 20000		/* of the beginning, before anything else goes on */
#define PIECE_US 1000		/* of each further piece; others have as long */
#define PIECE_MS 1
#define BAD_LINES 10		/* that are told */

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
	free(r->bytes);
	r->bytes = NULL;
}

static void report_bad(struct cache_reader *r, const char *why)
{
	struct cache *c = r->cache;

	r->bad++;
	if (r->bad <= BAD_LINES)
		log_write(LEVEL_ERROR, "cache %s: %s:%u: %s: the line is not used",
			  c->object->name, c->conf->file, r->line, why);
}

static void set(struct cache_reader *r, struct slice key, struct slice value)
{
	struct cache *c = r->cache;
	struct slice there;
	uint64_t stamp, own = cache_item_stamp(CACHE_FILE, r->number);

	if (map_get(&c->entries, key) != NULL)
		return;	/* what is configured goes first */
	if (cache_get(c, key, &there, &stamp)) {
		if (stamp == own)
			log_write(LEVEL_WARN, "cache %s: %s:%u: %.*s was there already: the last "
				  "line with it is used", c->object->name, c->conf->file, r->line,
				  SHOWN(key));
	}
	switch (cache_set(c, key, value, own, true)) {
	case CACHE_DONE:
		r->items++;
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

static void take_line(struct cache_reader *r, struct slice line)
{
	static const char mark[] = "\xef\xbb\xbf";	/* of UTF-8, as some editors write it */
	static char out[MAP_LINE_VALUE];
	char why[CACHE_VALUE_WHY];
	struct slice key, value;

	if (r->line == 1 && slice_starts(line, mark))
		line = slice_after(line, sizeof(mark) - 1);
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

	if (r->bad > BAD_LINES)
		log_write(LEVEL_ERROR, "cache %s: %s: %u more lines are not used", c->object->name,
			  c->conf->file, r->bad - BAD_LINES);
	log_write(LEVEL_INFO, "cache %s: %s: %u lines, %u items%s", c->object->name, c->conf->file,
		  r->line, r->items, r->bad != 0 ? ", some lines are not used" : "");
	cache_reader_stop(r);
	c->clean = true;
	c->walk = (struct shared_walk){ 0 };
	resolver_report_changed();
}

/* Whole lines; `last`: what is left is one as well. */
static void take_lines(struct cache_reader *r, bool last)
{
	char *at = r->bytes, *end = r->bytes + r->len, *newline;

	while (at < end && ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL || last)) {
		struct slice line = { at, (size_t)((newline != NULL ? newline : end) - at) };

		r->line++;
		if (!r->skipping)
			take_line(r, line);
		r->skipping = false;
		at += line.len + (newline != NULL);
	}
	r->len = (size_t)(end - at);
	memmove(r->bytes, at, r->len);
	if (r->len < ROOM)
		return;
	if (!r->skipping) {
		r->line++;
		report_bad(r, "it is longer than 65536 bytes");
		r->line--;
	}
	r->skipping = true;
	r->len = 0;
}

/* false: that was all. */
static bool read_some(struct cache_reader *r)
{
	ssize_t n;

	do
		n = read(r->fd, r->bytes + r->len, ROOM - r->len);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		r->len += (size_t)n;
	if (n == -1)
		log_write(LEVEL_ERROR, "cache %s: %s: %s: the rest is not read",
			  r->cache->object->name, r->cache->conf->file, strerror(errno));
	take_lines(r, n <= 0);
	return n > 0;
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

/* A file, and not what would block or never end. -1: told. */
static int open_file(const struct cache *c)
{
	int fd = open(c->conf->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const char *why = NULL;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is no regular file";
	if (why == NULL)
		return fd;
	if (fd != -1)
		close(fd);
	log_write(LEVEL_ERROR, "cache %s: %s: %s: its items stay as they are", c->object->name,
		  c->conf->file, why);
	return -1;
}

void cache_reader_begin(struct cache_reader *r)
{
	struct cache *c = r->cache;
	uint64_t now = clock_wall_ms();

	cache_reader_stop(r);
	if (!c->usable)
		return;
	if (c->conf->file == NULL) {
		r->number++;
		c->clean = true;
		c->walk = (struct shared_walk){ 0 };
		return;
	}
	r->fd = open_file(c);
	if (r->fd == -1)
		return;
	c->clean = false;	/* else lines go that have not been read again yet */
	/* a predecessor's are lower */
	r->number = now > r->number ? now : r->number + 1;
	r->line = r->items = r->bad = r->gone = 0;
	r->full = false;
	r->len = 0;
	r->skipping = false;
	r->bytes = malloc(ROOM);
	CHECK(r->bytes != NULL);
	go_on(r, FIRST_US);
}
