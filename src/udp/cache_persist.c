/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_persist.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/object.h"
#include "core/cache_file.h"
#include "core/clock.h"
#include "core/log.h"
#include "os/descriptors.h"
#include "os/durable_file.h"
#include "os/title.h"
#include "udp/cache.h"

#define WHY 300
#define MODE 0640
#define TO 3		/* descriptor of the writer: the pipe to who has begun it */

static bool put_items(const struct cache *c, struct cache_file *f)
{
	static struct shared_entry entry;
	static struct pool pool;
	struct shared_walk walk = { .steps = UINT32_MAX };
	uint64_t now = clock_wall_ms();
	struct slice value;

	while (shared_table_next(&c->table, &walk, &entry) == SHARED_NEXT_ENTRY) {
		if (cache_item_stamp_origin(entry.stamp) != CACHE_LIVE ||
		    cache_item_stamp_over(entry.stamp, now) ||
		    !cache_item_read(entry.value, &value, &pool))
			continue;
		if (!cache_file_put(f, cache_item_stamp_number(entry.stamp), entry.key, value))
			return false;
	}
	return true;
}

static bool fail(char *why, const char *call, const char *path)
{
	snprintf(why, WHY, "%s %.200s: %.60s", call, path, strerror(errno));
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

static bool write_whole(const struct cache *c, int fd, const char *fresh, char *why)
{
	static struct cache_file f;

	if (!cache_file_begin(&f, fd) || !put_items(c, &f) || !cache_file_finish(&f))
		return fail(why, "write", fresh);
	return fsync(fd) == 0 || fail(why, "fsync", fresh);
}

/* A writer that its resolver process has left behind may be at it still. -1 with errno. */
static int open_fresh(const char *fresh)
{
	int fd = open(fresh, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE);
	struct stat own, named;
	bool ours;

	if (fd == -1)
		return -1;
	ours = flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &own) == 0 &&
	       stat(fresh, &named) == 0 && own.st_ino == named.st_ino;
	if (ours && ftruncate(fd, 0) == 0)
		return fd;
	close(fd);
	errno = ours ? errno : EBUSY;
	return -1;
}

/* Either the file as it was, or the whole new one, is there afterwards. */
static bool write_file(const struct cache *c, char *why)
{
	const char *path = c->conf->persist;
	char fresh[DURABLE_FILE_PATH];
	bool ok;
	int fd;

	if (!durable_file_beside(path, "new", fresh)) {
		snprintf(why, WHY, "%.200s: the path is too long", path);
		return false;
	}
	fd = open_fresh(fresh);
	if (fd == -1)
		return fail(why, "open", fresh);
	ok = write_whole(c, fd, fresh, why);
	if (ok && rename(fresh, path) == -1)
		ok = fail(why, "rename", fresh);
	if (ok)
		sync_folder(path);
	else
		(void)unlink(fresh);
	close(fd);
	return ok;
}

static void report(struct cache *c, const char *why)
{
	static struct log_limit limit;
	const struct log_subject about = { .event = "state_write_failed" };

	if (*why == '\0') {
		c->persist.written = clock_wall_ms() / 1000;
		return;
	}
	c->dirty = true;
	if (log_limited(&limit, 1))
		log_about(LEVEL_ERROR, &about, "cache %s: persist: %s", c->object->name, why);
}

/* What the process that writes has to say: nothing, if all went well. */
static void on_end(struct event *ev, unsigned ready)
{
	struct cache *c = container_of(ev, struct cache, persist.event);
	char why[WHY] = "";
	int status = 0;
	ssize_t n;

	(void)ready;
	do
		n = read(ev->fd, why, sizeof(why) - 1);
	while (n == -1 && errno == EINTR);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		event_drained(ev, EVENT_READ);
		return;
	}
	event_close(ev);
	while (waitpid(c->persist.pid, &status, 0) == -1 && errno == EINTR)
		;
	c->persist.pid = 0;
	if (why[0] == '\0' && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		snprintf(why, sizeof(why), "the process that writes the file has ended");
	report(c, why);
}

/*
 * Copies of the clients' descriptors would keep them open, and known to the loop of the other one,
 * after it has closed them: it waits until they are gone.
 */
static _Noreturn void run_writer(const struct cache *c, int to)
{
	char why[WHY] = "";

	(void)dup2(to, TO);
	descriptors_close_from(TO + 1);
	(void)!write(TO, "", 1);
	title_set("cache file");
	signal(SIGTERM, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (!write_file(c, why))
		(void)!write(TO, why, strlen(why));
	_exit(why[0] != '\0');
}

static void wait_for_writer(int from)
{
	char byte;

	while (read(from, &byte, 1) == -1 && errno == EINTR)
		;
}

static void begin(struct cache *c)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1) {
		report(c, strerror(errno));
		return;
	}
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	c->dirty = false;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		run_writer(c, fds[1]);
	}
	close(fds[1]);
	if (pid == -1) {
		report(c, strerror(errno));
		close(fds[0]);
		return;
	}
	c->persist.pid = pid;
	wait_for_writer(fds[0]);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	event_setup(&c->persist.event, fds[0], on_end);
	event_want(&c->persist.event, EVENT_READ);
}

void cache_persist_tick(struct cache *c, uint64_t now_ms)
{
	if (c->conf->persist == NULL || !c->dirty || !c->usable || c->persist.pid != 0 ||
	    now_ms < c->persist.next_ms)
		return;
	c->persist.next_ms = now_ms + c->conf->persist_interval_ms;
	begin(c);
}

void cache_persist_stop(struct cache *c)
{
	if (c->persist.pid == 0)
		return;
	(void)kill(c->persist.pid, SIGKILL);
	while (waitpid(c->persist.pid, NULL, 0) == -1 && errno == EINTR)
		;
	event_close(&c->persist.event);
	c->persist.pid = 0;
	c->dirty = true;
}

void cache_persist_finish(struct cache *c)
{
	char why[WHY] = "";

	cache_persist_stop(c);
	if (c->conf->persist == NULL || !c->dirty || !c->usable)
		return;
	c->dirty = false;
	(void)write_file(c, why);
	report(c, why);
}

/* It is looked at by people, and not written over. */
static void put_aside(const struct cache *c, const char *why)
{
	const char *path = c->conf->persist;
	char aside[DURABLE_FILE_PATH];

	log_write(LEVEL_ERROR, "cache %s: %s %s, and it is kept as %s.damaged", c->object->name,
		  path, why, path);
	if (durable_file_beside(path, "damaged", aside))
		(void)rename(path, aside);
}

static unsigned load_items(struct cache *c, struct cache_file *f, enum cache_file_next *next)
{
	uint64_t end, now = clock_wall_ms();
	struct slice key, value;
	unsigned count = 0;

	while ((*next = cache_file_next(f, &end, &key, &value)) == CACHE_FILE_ITEM) {
		uint64_t stamp = cache_item_stamp(CACHE_LIVE, end);

		if (!cache_item_stamp_over(stamp, now))
			count += cache_set(c, key, value, stamp, true) == CACHE_DONE;
	}
	return count;
}

void cache_persist_load(struct cache *c)
{
	static struct cache_file f;
	const char *path = c->conf->persist;
	enum cache_file_next next = CACHE_FILE_DAMAGED;
	unsigned count = 0;
	int fd;

	if (path == NULL || !c->usable)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1) {
		if (errno != ENOENT)
			put_aside(c, strerror(errno));
		return;
	}
	if (cache_file_open(&f, fd))
		count = load_items(c, &f, &next);
	close(fd);
	if (next == CACHE_FILE_DAMAGED)
		put_aside(c, "is damaged: what is left of it is used");
	log_write(LEVEL_INFO, "cache %s: %s: %u items", c->object->name, path, count);
	c->dirty = next == CACHE_FILE_DAMAGED;
}
