/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORPHANS_MS 2000	/* what processes of a master that was killed may take to end */
#define AGAIN_MS 10

static int file = -1;
static int family = -1;		/* read-only; locked while a process that inherited it lives */
static char where[4096];

/*
 * A POSIX lock, not flock(2): it belongs to the process, so that children do not keep it, and
 * F_GETLK says who holds it.
 */
static struct flock whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

/* Only the last folder: /run/heddle after a boot that emptied /run. */
static void make_folder(const char *path)
{
	char folder[sizeof(where)];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder)
		return;
	*slash = '\0';
	(void)!mkdir(folder, 0755);	/* the second open reports what is wrong */
}

static int open_file(const char *path)
{
	const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(path, flags, 0644);

	if (fd == -1 && errno == ENOENT) {
		make_folder(path);
		fd = open(path, flags, 0644);
	}
	return fd;
}

static pid_t read_pid(int fd)
{
	char text[32];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

static bool same_file(int fd, const char *path)
{
	struct stat open_one, named;

	return fstat(fd, &open_one) == 0 && stat(path, &named) == 0 &&
	       open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

static bool write_pid(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len;
}

static bool lock_file(const char *path, char *why, size_t size)
{
	struct flock lock = whole_file();
	pid_t holder;

	if (fcntl(file, F_SETLK, &lock) == 0)
		return true;
	if (errno == EACCES || errno == EAGAIN) {
		holder = pidfile_holder(path);
		snprintf(why, size, "%s: heddle is already running (pid %ld%s)", path,
			 (long)(holder > 0 ? holder : read_pid(file)),
			 holder > 0 ? "" : " of another PID namespace");
	} else {
		snprintf(why, size, "lock %s: %s", path, strerror(errno));
	}
	return false;
}

/* The default is in a folder that only root makes: without installing heddle it is missing. */
static void explain_open(const char *path, int error, char *why, size_t size)
{
	bool folder = error == ENOENT || error == ENOTDIR || error == EACCES || error == EROFS;

	snprintf(why, size, "open %s: %s%s", path, strerror(error),
		 folder ? "; \"pid_file: ./heddle.pid\" puts it beside the configuration, "
			  "\"pid_file: off\" does without it and without -s" : "");
}

/*
 * Processes of a master that was killed end at once, but a start may be faster: their sockets would
 * be addresses in use. flock(2) belongs to the open file, which all of them have. Elsewhere than on
 * Linux it and the lock of fcntl(2) exclude each other.
 */
static void wait_for_orphans(const char *path)
{
#ifdef __linux__
	family = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (family == -1)
		return;
	for (int ms = 0; ms < ORPHANS_MS && flock(family, LOCK_EX | LOCK_NB) == -1; ms += AGAIN_MS)
		poll(NULL, 0, AGAIN_MS);
#else
	(void)path;
#endif
}

bool pidfile_open(const char *path, char *why, size_t size)
{
	snprintf(where, sizeof(where), "%s", path);
	for (;;) {
		file = open_file(path);
		if (file == -1) {
			explain_open(path, errno, why, size);
			return false;
		}
		if (!lock_file(path, why, size))
			break;
		if (!same_file(file, path)) {	/* its last owner removed it meanwhile */
			close(file);
			continue;
		}
		if (write_pid(file)) {
			wait_for_orphans(path);
			return true;
		}
		snprintf(why, size, "write %s: %s", path, strerror(errno));
		unlink(path);	/* it is ours: locked, and still the file at that path */
		break;
	}
	close(file);
	file = -1;
	return false;
}

void pidfile_remove(void)
{
	if (file == -1)
		return;
	if (same_file(file, where))
		unlink(where);
	pidfile_close();
	if (family != -1)
		close(family);
	family = -1;
}

void pidfile_close(void)
{
	if (file != -1)
		close(file);
	file = -1;
}

/* l_pid is 0 for a process of another PID namespace; the number in the file is valid only there. */
pid_t pidfile_holder(const char *path)
{
	struct flock lock = whole_file();
	pid_t pid = 0;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)	/* reading is enough for F_GETLK */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return 0;
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		pid = lock.l_pid > 0 ? lock.l_pid : -1;
	close(fd);
	return pid;
}
