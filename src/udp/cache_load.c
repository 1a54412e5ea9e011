/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/object.h"
#include "core/cache_file.h"
#include "core/clock.h"
#include "core/log.h"
#include "event/timer.h"
#include "os/durable_file.h"
#include "process/child_heartbeat.h"
#include "udp/cache.h"
#include "udp/cache_write.h"
#include "udp/resolver_report.h"

#define STEPS 16		/* items between looks at the clock */
#define SMALL 262144		/* bytes of a file that is read in one go */
#define FIRST_US 20000		/* of the beginning, before anything else goes on */
#define PIECE_US 2000		/* of each further piece */
#define PIECE_MS 1
#define LOOK_MS 10		/* between looks whether another process has finished */
#define ASIDE_MOST 10	/* files of a kind that are kept */

enum load_phase { WAITING, CHECKING, USING };

struct cache_loading {
	struct timer      timer;
	struct cache     *cache;
	enum load_phase   phase;
	int               writer;	/* FILE.new, while another process has it; -1 */
	uint64_t          until;	/* that, or a descriptor, is waited for: clock_ms() */
	int               fd;		/* -1: not open yet */
	int               error;	/* why not: errno; 0 */
	bool              small;
	const char       *full;		/* what has no room: the directive that is too small */
	uint64_t          items, dropped;
	bool              cleared;	/* nothing that comes is used any more */
	struct cache_file file;
};

/* The first name that is free; the last one, if none is. false: the path is too long. */
static bool name_aside(const char *path, const char *suffix, char out[DURABLE_FILE_PATH])
{
	char numbered[32];
	struct stat st;

	if (!durable_file_beside(path, suffix, out))
		return false;
	for (unsigned i = 1; i < ASIDE_MOST && lstat(out, &st) == 0; i++) {
		snprintf(numbered, sizeof(numbered), "%s.%u", suffix, i);
		if (!durable_file_beside(path, numbered, out))
			return false;
	}
	return true;
}

/* People look at it, and so it is not written over: neither there nor where it was. */
static void put_aside(struct cache *c, const char *suffix, const char *what)
{
	static const struct log_subject about = { .event = "cache_file_kept" };
	const char *path = c->conf->persist, *name = c->object->name;
	char aside[DURABLE_FILE_PATH];
	struct stat st;
	bool replaces, ok;

	ok = name_aside(path, suffix, aside);
	errno = ok ? errno : ENAMETOOLONG;
	replaces = ok && lstat(aside, &st) == 0;
	ok = ok && rename(path, aside) == 0;
	c->persist.held = !ok;
	if (ok)
		log_about(LEVEL_ERROR, &about, "cache %s: %s %s; it is kept as %s%s", name, path,
			  what, aside, replaces ? ", in the place of the last of ten" : "");
	else
		log_about(LEVEL_ERROR, &about, "cache %s: %s %s; it cannot be kept under another "
			  "name (%s), and so no items are written there", name, path, what,
			  strerror(errno));
}

/* What came while the file was being read is newer: a live item, also one that has ended since. */
static bool is_newer(const struct cache *c, struct slice key, uint64_t *stamp)
{
	return cache_stamp(c, key, stamp) && cache_item_stamp_origin(*stamp) == CACHE_LIVE;
}

/* What is too small for an item that was refused. */
static const char *room_of(const struct cache *c)
{
	const char *directive = cache_full(c);

	return directive != NULL ? directive : "the shared memory";
}

static bool put(struct cache_loading *l, struct slice key, struct slice value, uint64_t stamp)
{
	struct cache *c = l->cache;
	bool dirty = c->dirty, ok;

	ok = cache_set(c, key, value, stamp, true) == CACHE_DONE;
	c->dirty = dirty;	/* it is in the file */
	return ok;
}

static void use(struct cache_loading *l, struct slice key, struct slice value, uint64_t stamp)
{
	struct cache *c = l->cache;
	uint64_t now = clock_wall_ms(), there;

	if (l->cleared || cache_item_stamp_over(stamp, now))
		return;
	if (map_get(&c->entries, key) != NULL)
		return;	/* what is configured goes first */
	if (is_newer(c, key, &there)) {
		l->items += !cache_item_stamp_over(there, now);
		return;
	}
	if (l->full == NULL)
		l->full = cache_full(c);
	c->refused += l->full != NULL;
	if (l->full == NULL && put(l, key, value, stamp)) {
		l->items++;
		return;
	}
	l->dropped++;
	if (l->full == NULL)
		l->full = room_of(c);
}

static void report(const struct cache_loading *l)
{
	static const struct log_subject about = { .event = "limit_reached" };
	const struct cache *c = l->cache;
	const char *path = c->conf->persist;

	log_write(LEVEL_INFO, "cache %s: %s: %llu items", c->object->name, path,
		  (unsigned long long)l->items);
	if (l->dropped != 0)
		log_about(LEVEL_ERROR, &about, "cache %s: %s: %llu of its %llu items are dropped: "
			  "%s is too small for them; they are in the file until it is written "
			  "again", c->object->name, path, (unsigned long long)l->dropped,
			  (unsigned long long)(l->items + l->dropped), l->full);
}

static void close_writer(struct cache_loading *l)
{
	if (l->writer != -1)
		close(l->writer);
	l->writer = -1;
}

void cache_load_stop(struct cache *c)
{
	struct cache_loading *l = c->loading;

	if (l == NULL)
		return;
	timer_cancel(&l->timer);
	close_writer(l);
	if (l->fd != -1)
		close(l->fd);
	free(l);
	c->loading = NULL;
}

/* That was all, or there is nothing that can be used. */
static void end(struct cache *c)
{
	cache_load_stop(c);
	if (!c->persist.held)
		shared_table_set_loaded(&c->table);
}

static void end_damaged(struct cache *c)
{
	put_aside(c, "damaged", "is damaged: its items are not used");
	c->dirty = true;
	end(c);
}

/* false: there is a shortage, which may end soon. */
static bool open_file(struct cache_loading *l)
{
	l->fd = open(l->cache->conf->persist, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	l->error = l->fd == -1 ? errno : 0;
	return !durable_file_is_shortage(l->error) || clock_ms() >= l->until;
}

/* What is there stays as it is. */
static void hold(struct cache *c, const char *why)
{
	c->persist.held = true;
	log_write(LEVEL_ERROR, "cache %s: %s %s: no items are read or written there",
		  c->object->name, c->conf->persist, why);
}

static bool is_usable(struct cache_loading *l)
{
	struct cache *c = l->cache;
	char what[128];
	struct stat st;

	if (l->error == ENOENT)
		return false;
	if (l->fd != -1 && fstat(l->fd, &st) == 0 && S_ISREG(st.st_mode)) {
		l->small = st.st_size <= SMALL;
		return true;
	}
	snprintf(what, sizeof(what), "cannot be read: %s%s", strerror(l->error),
		 durable_file_is_shortage(l->error) ? "" : ": its items are not used");
	if (l->fd != -1)
		hold(c, "is no regular file");
	else if (durable_file_is_shortage(l->error))
		hold(c, what);
	else
		put_aside(c, "damaged", what);
	return false;
}

static bool rewind_file(struct cache_loading *l, enum load_phase phase)
{
	l->phase = phase;
	return lseek(l->fd, 0, SEEK_SET) != -1 && cache_file_open(&l->file, l->fd);
}

/* An orphan that has not finished would put older items in the place of the next file. */
static bool writer_is_over(struct cache_loading *l)
{
	if (l->writer == -1)
		l->writer = cache_write_lock(l->cache->conf->persist);
	if (l->writer != -1 && !cache_write_over(l->writer)) {
		if (clock_ms() < l->until)
			return false;
		log_write(LEVEL_ERROR, "cache %s: another process is still writing %s.new: %s is "
			  "read as it is", l->cache->object->name, l->cache->conf->persist,
			  l->cache->conf->persist);
	}
	close_writer(l);
	return true;
}

static void begin_file(struct cache_loading *l)
{
	struct cache *c = l->cache;

	if (!is_usable(l))
		end(c);
	else if (!rewind_file(l, CHECKING))
		end_damaged(c);
}

/*
 * Twice through the file: no item is used before the sum is known to be right, as a wrong address
 * is another site's.
 */
static void read_some(struct cache_loading *l)
{
	struct cache *c = l->cache;
	enum cache_file_next next = CACHE_FILE_ITEM;
	struct slice key, value;
	uint64_t until;

	for (unsigned i = 0; i < STEPS && next == CACHE_FILE_ITEM; i++) {
		next = cache_file_next(&l->file, &until, &key, &value);
		if (next == CACHE_FILE_ITEM && l->phase == USING)
			use(l, key, value, cache_item_stamp(CACHE_LIVE, until));
	}
	if (next == CACHE_FILE_ITEM)
		return;
	if (next == CACHE_FILE_END && l->phase == USING) {
		report(l);
		end(c);
	} else if (next == CACHE_FILE_DAMAGED || !rewind_file(l, USING)) {
		end_damaged(c);
	}
}

/* false: another process is writing, or the file cannot be opened yet. */
static bool step(struct cache_loading *l)
{
	if (l->phase != WAITING)
		read_some(l);
	else if (writer_is_over(l) && open_file(l))
		begin_file(l);
	else
		return false;
	return true;
}

static void go_on(struct cache *c, uint64_t us)
{
	uint64_t end_us = clock_us() + us;
	bool reads;

	do
		reads = step(c->loading);
	while (c->loading != NULL && reads && (c->loading->small || clock_us() < end_us));
	if (c->loading != NULL)
		timer_set(&c->loading->timer, reads ? PIECE_MS : LOOK_MS);
}

static void on_timer(struct timer *t)
{
	struct cache *c = container_of(t, struct cache_loading, timer)->cache;

	go_on(c, PIECE_US);
	if (c->loading != NULL)
		return;
	cache_loaded(c);
	resolver_report_changed();
}

void cache_load(struct cache *c)
{
	struct cache_loading *l;

	/* what a predecessor had may be newer than the file */
	c->dirty = c->found;
	if (c->conf->persist == NULL) {
		end(c);
		return;
	}
	l = calloc(1, sizeof(*l));
	CHECK(l != NULL);
	l->cache = c;
	l->fd = l->writer = -1;
	l->until = clock_ms() + CACHE_WRITE_WAIT_MS;
	timer_setup(&l->timer, on_timer);
	c->loading = l;
	go_on(c, FIRST_US);
}

void cache_load_finish(struct cache *c)
{
	while (c->loading != NULL) {
		if (!step(c->loading))
			cache_write_pause();
		child_heartbeat_working();
	}
}

void cache_load_clear(struct cache *c)
{
	if (c->loading != NULL)
		c->loading->cleared = true;
}

void cache_load_forget(struct cache *c, struct slice key)
{
	static const struct slice none = { "", 0 };
	struct cache_loading *l = c->loading;
	uint64_t stamp;

	if (l == NULL || cache_stamp(c, key, &stamp) ||
	    cache_set(c, key, none, CACHE_ITEM_OVER, true) == CACHE_DONE)
		return;
	if (l->full == NULL)
		l->full = room_of(c);	/* as it cannot be noted, nothing else is used either */
}

void cache_load_not(struct cache *c)
{
	struct stat st;

	c->persist.held = false;
	if (c->conf->persist == NULL || lstat(c->conf->persist, &st) == -1)
		return;
	put_aside(c, "before", "was there, and is not read by a reload");
}
