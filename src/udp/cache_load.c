/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/object.h"
#include "core/cache_file.h"
#include "core/clock.h"
#include "core/log.h"
#include "os/durable_file.h"
#include "process/child_heartbeat.h"
#include "udp/cache.h"
#include "udp/cache_write.h"

#define STEPS 64	/* items between beats */
#define ASIDE_MOST 10	/* files of a kind that are kept */

struct loading {
	struct cache     *cache;
	struct cache_file file;
	const char       *full;		/* what has no room: the directive that is too small */
	uint64_t          items, dropped;
	unsigned          steps;
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

static void set(struct loading *l, struct slice key, struct slice value, uint64_t stamp)
{
	struct cache *c = l->cache;

	if (map_get(&c->entries, key) != NULL)
		return;	/* what is configured goes first */
	if (l->full == NULL)
		l->full = cache_full(c);
	c->refused += l->full != NULL;
	if (l->full == NULL && cache_set(c, key, value, stamp, true) == CACHE_DONE) {
		l->items++;
		return;
	}
	l->dropped++;
	if (l->full == NULL)
		l->full = "the shared memory";
}

/* Once through the file: with `use`, its items are set. false: it is damaged. */
static bool walk(struct loading *l, int fd, bool use)
{
	enum cache_file_next next = CACHE_FILE_DAMAGED;
	uint64_t end, now = clock_wall_ms();
	struct slice key, value;

	if (lseek(fd, 0, SEEK_SET) == -1 || !cache_file_open(&l->file, fd))
		return false;
	while ((next = cache_file_next(&l->file, &end, &key, &value)) == CACHE_FILE_ITEM) {
		uint64_t stamp = cache_item_stamp(CACHE_LIVE, end);

		if (++l->steps % STEPS == 0)
			child_heartbeat_working();
		if (use && !cache_item_stamp_over(stamp, now))
			set(l, key, value, stamp);
	}
	return next == CACHE_FILE_END;
}

static void report(const struct loading *l)
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

/* No item is used before the sum is known to be right: a wrong address is another site's. */
static void read_file(struct cache *c, int fd)
{
	static struct loading l;
	bool whole;

	l.cache = c;
	l.full = NULL;
	l.items = l.dropped = 0;
	whole = walk(&l, fd, false) && walk(&l, fd, true);
	if (!whole)
		put_aside(c, "damaged", "is damaged: its items are not used");
	else
		report(&l);
	c->dirty = !whole;
}

/* An orphan that has not finished would put older items in the place of the next file. */
static void wait_for_writer(const struct cache *c)
{
	if (!cache_write_wait(c->conf->persist, clock_ms() + CACHE_WRITE_WAIT_MS))
		log_write(LEVEL_ERROR, "cache %s: another process is still writing %s.new: %s is "
			  "read as it is", c->object->name, c->conf->persist, c->conf->persist);
}

static int open_file(struct cache *c)
{
	const char *path = c->conf->persist;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char what[128];
	struct stat st;

	if (fd == -1 && errno == ENOENT)
		return -1;
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd != -1) {
		close(fd);
		c->persist.held = true;
		log_write(LEVEL_ERROR, "cache %s: %s is no regular file: no items are read or "
			  "written there", c->object->name, path);
		return -1;
	}
	snprintf(what, sizeof(what), "cannot be read: %s: its items are not used",
		 strerror(errno));
	put_aside(c, "damaged", what);
	return -1;
}

void cache_load(struct cache *c)
{
	int fd;

	if (c->conf->persist == NULL)
		return;
	wait_for_writer(c);
	c->dirty = false;
	fd = open_file(c);
	if (fd == -1)
		return;
	read_file(c, fd);
	close(fd);
}

void cache_load_not(struct cache *c)
{
	struct stat st;

	c->persist.held = false;
	if (c->conf->persist == NULL || lstat(c->conf->persist, &st) == -1)
		return;
	put_aside(c, "before", "was there, and is not read by a reload");
}
