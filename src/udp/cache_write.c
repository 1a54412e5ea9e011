/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/cache_file.h"
#include "core/clock.h"
#include "os/durable_file.h"
#include "udp/cache.h"

#define MODE 0640
#define STEPS 16		/* entries between beats */
#define PIECE (4u << 20)	/* bytes that the disk gets at a time */
#define LOOK_NS 10000000	/* between looks whether the other process has finished */

/* Some file systems have no such thing. */
static bool sync_file(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

struct progress {
	void   (*beat)(void);	/* NULL: nobody asks */
	unsigned steps;
	size_t   bytes;		/* that are not on the disk yet */
};

/* A disk takes in pieces what it would take at the end, for longer than anybody waits. */
static bool go_on(struct progress *p, const struct cache_file *f, size_t bytes)
{
	bool ok = true;

	if (p->beat == NULL)
		return true;
	p->bytes += bytes;
	if (p->bytes >= PIECE) {
		p->bytes = 0;
		ok = sync_file(f->fd);
	}
	if (++p->steps % STEPS == 0)
		p->beat();
	return ok;
}

static bool is_wanted(const struct shared_entry *entry, uint64_t now)
{
	return cache_item_stamp_origin(entry->stamp) == CACHE_LIVE &&
	       !cache_item_stamp_over(entry->stamp, now);
}

/* A table that was dropped ends early: what is left of it must not become the file. */
static bool put_items(const struct cache *c, struct cache_file *f, void (*beat)(void))
{
	static struct shared_entry entry;
	static struct pool pool;
	struct shared_walk way = { .steps = UINT32_MAX };
	struct progress progress = { .beat = beat };
	uint64_t now = clock_wall_ms();
	struct slice value;

	while (shared_table_next(&c->table, &way, &entry) == SHARED_NEXT_ENTRY) {
		bool wanted = is_wanted(&entry, now) &&
			      cache_item_read(entry.value, &value, &pool);

		if (wanted && !cache_file_put(f, cache_item_stamp_number(entry.stamp), entry.key,
					      value))
			return false;
		if (!go_on(&progress, f, wanted ? entry.key.len + value.len : 0))
			return false;
	}
	errno = ESTALE;
	return shared_table_valid(&c->table);
}

static bool fail(char *why, const char *call, const char *path)
{
	if (errno == EBUSY)
		snprintf(why, CACHE_PERSIST_WHY, "another process is still writing %.200s", path);
	else
		snprintf(why, CACHE_PERSIST_WHY, "%s %.200s: %.60s", call, path, strerror(errno));
	return false;
}

/* So that the name is on the disk, too. Folders of some file systems cannot be synchronised. */
static void sync_folder(const char *path)
{
	char folder[DURABLE_FILE_PATH];
	const char *slash = strrchr(path, '/');
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", slash > path ? (int)(slash - path) : 1, path);
	fd = open(folder, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)fsync(fd);
	close(fd);
}

static bool write_whole(const struct cache *c, int fd, const char *fresh, void (*beat)(void),
			char *why)
{
	static struct cache_file f;

	if (!cache_file_begin(&f, fd) || !put_items(c, &f, beat) || !cache_file_finish(&f))
		return fail(why, "write", fresh);
	return sync_file(fd) || fail(why, "fsync", fresh);
}

/* Where there are no locks, it is this process alone. */
static bool lock(int fd, int how)
{
	return flock(fd, how | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* -1 with errno; EBUSY: somebody else has it, or has just given it its name. */
static int try_fresh(const char *fresh)
{
	int fd = open(fresh, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, MODE);
	struct stat own, named;
	bool ours;
	int error;

	if (fd == -1)
		return -1;
	ours = lock(fd, LOCK_EX) && fstat(fd, &own) == 0 && stat(fresh, &named) == 0 &&
	       own.st_ino == named.st_ino;
	if (ours && ftruncate(fd, 0) == 0)
		return fd;
	error = ours ? errno : EBUSY;
	close(fd);
	errno = error;
	return -1;
}

void cache_write_pause(void)
{
	(void)nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
}

/* As whoever may read the file that it replaces. */
static int open_fresh(const char *fresh, const char *path, uint64_t until)
{
	struct stat st;
	int fd;

	while ((fd = try_fresh(fresh)) == -1 && errno == EBUSY && clock_ms() < until)
		cache_write_pause();
	if (fd != -1 && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		(void)fchmod(fd, st.st_mode & 0777);
	return fd;
}

bool cache_write_file(const struct cache *c, uint64_t until, void (*beat)(void), char *why)
{
	const char *path = c->conf->persist;
	char fresh[DURABLE_FILE_PATH];
	bool ok;
	int fd;

	if (!durable_file_beside(path, "new", fresh)) {
		snprintf(why, CACHE_PERSIST_WHY, "%.200s: the path is too long", path);
		return false;
	}
	fd = open_fresh(fresh, path, until);
	if (fd == -1)
		return fail(why, "open", fresh);
	ok = write_whole(c, fd, fresh, beat, why);
	if (ok && rename(fresh, path) == -1)
		ok = fail(why, "rename", fresh);
	if (ok)
		sync_folder(path);
	else
		(void)unlink(fresh);
	close(fd);
	return ok;
}

int cache_write_lock(const char *path)
{
	char fresh[DURABLE_FILE_PATH];

	if (!durable_file_beside(path, "new", fresh))
		return -1;
	return open(fresh, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

bool cache_write_over(int fd)
{
	return lock(fd, LOCK_SH);
}
