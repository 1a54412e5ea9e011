/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/durable_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

#define PIECE (1u << 20)	/* bytes of one write */

struct replacement {
	const char *path;
	unsigned    mode;
	char        fresh[DURABLE_FILE_PATH], old[DURABLE_FILE_PATH], folder[DURABLE_FILE_PATH];
	char       *why;
	size_t      size;
};

/* What the reader of the log can do about it. */
static const char *remedy(int error)
{
	switch (error) {
	case ENOSPC:
		return "; free space there";
	case EDQUOT:
		return "; the quota of the user is used up";
	case EROFS:
		return "; mount it writable";
	case EACCES:
	case EPERM:
		return "; the user that heddle runs as needs a folder that it may write to";
	case EFBIG:
		return "; raise the limit of file sizes (ulimit -f)";
	default:
		return "";
	}
}

static bool fail(const struct replacement *r, const char *call, const char *path)
{
	int error = errno;

	snprintf(r->why, r->size, "%s %s: %s%s", call, path, strerror(error), remedy(error));
	return false;
}

bool durable_file_beside(const char *path, const char *suffix, char out[DURABLE_FILE_PATH])
{
	int n = snprintf(out, DURABLE_FILE_PATH, "%s.%s", path, suffix);

	return n > 0 && n < DURABLE_FILE_PATH;
}

static bool name_all(struct replacement *r)
{
	const char *slash = strrchr(r->path, '/');
	int len = slash == NULL ? 0 : slash == r->path ? 1 : (int)(slash - r->path);

	if (durable_file_beside(r->path, "new", r->fresh) &&
	    durable_file_beside(r->path, "old", r->old)) {
		snprintf(r->folder, sizeof(r->folder), "%.*s", len > 0 ? len : 1,
			 len > 0 ? r->path : ".");
		return true;
	}
	errno = ENAMETOOLONG;
	return fail(r, "open", r->path);
}

static bool write_all(const struct replacement *r, int fd, struct slice bytes)
{
	while (bytes.len > 0) {
		size_t piece = bytes.len < PIECE ? bytes.len : PIECE;
		ssize_t n = write(fd, bytes.data, piece);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;	/* nothing is taken, and nothing is said */
		if (n <= 0)
			return fail(r, "write", r->fresh);
		bytes = slice_after(bytes, (size_t)n);
	}
	return true;
}

static bool sync_all(const struct replacement *r, int fd, const char *path)
{
	while (fsync(fd) == -1) {
		if (errno == EINVAL || errno == ENOTSUP)	/* a file system without */
			break;
		if (errno != EINTR)
			return fail(r, "fsync", path);
	}
	return true;
}

/* What lies there is of a process that was killed: it must not be written into. */
static int open_fresh(const struct replacement *r)
{
	struct stat st;
	int fd;

	(void)unlink(r->fresh);
	fd = open(r->fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, r->mode);
	if (fd != -1 && lstat(r->path, &st) == 0 && S_ISREG(st.st_mode))
		(void)fchmod(fd, st.st_mode & 0777);
	return fd;
}

static bool write_fresh(const struct replacement *r, const struct slice *pieces, size_t count)
{
	int fd = open_fresh(r);
	bool ok = true;

	if (fd == -1)
		return fail(r, "open", r->fresh);
	for (size_t i = 0; ok && i < count; i++)
		ok = write_all(r, fd, pieces[i]);
	ok = ok && sync_all(r, fd, r->fresh);
	if (close(fd) == -1 && ok)	/* network file systems report here */
		ok = fail(r, "close", r->fresh);
	return ok;
}

/*
 * By a second name, so that there is a file at `path` all the time. Where the file system has no
 * second names, FILE.old is the only one until the new one has come: readers fall back to it.
 */
static bool keep_old(const struct replacement *r)
{
	struct stat st;

	if (lstat(r->path, &st) == -1)
		return errno == ENOENT || fail(r, "stat", r->path);
	if (unlink(r->old) == -1 && errno != ENOENT)
		return fail(r, "unlink", r->old);
	if (link(r->path, r->old) == 0)
		return true;
	return rename(r->path, r->old) == 0 || fail(r, "rename", r->path);
}

static bool sync_folder(const struct replacement *r)
{
	int fd = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok;

	if (fd == -1)
		return fail(r, "fsync", r->folder);
	ok = sync_all(r, fd, r->folder);
	close(fd);
	return ok;
}

bool durable_file_write(const struct durable_file *file, const struct slice *pieces, size_t count,
			char *why, size_t size)
{
	struct replacement r = { .path = file->path, .mode = file->mode, .why = why,
				 .size = size };
	int error;

	if (!name_all(&r))
		return false;
	if (write_fresh(&r, pieces, count) && (!file->keep || keep_old(&r))) {
		if (rename(r.fresh, r.path) == 0)
			return sync_folder(&r);
		fail(&r, "rename", r.fresh);
	}
	error = errno;
	(void)unlink(r.fresh);
	errno = error;
	return false;
}

bool durable_file_link(const char *path, const char *suffix)
{
	char to[DURABLE_FILE_PATH];

	errno = ENAMETOOLONG;
	return durable_file_beside(path, suffix, to) && (unlink(to) == 0 || errno == ENOENT) &&
	       link(path, to) == 0;
}

static bool read_all(int fd, struct text *out)
{
	char piece[64 << 10];
	size_t most = out->len + DURABLE_FILE_MOST;
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		text_append(out, piece, (size_t)n);
		errno = EFBIG;
		if (out->len > most)
			return false;
	}
	return true;
}

/* O_NONBLOCK: a FIFO without a writer would hold up the start for ever. */
bool durable_file_is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == EAGAIN;
}

enum durable_file_result durable_file_read(const char *path, struct text *out, char *why,
					   size_t size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd == -1 && errno == ENOENT)
		return DURABLE_FILE_MISSING;
	if (fd == -1) {
		int error = errno;

		snprintf(why, size, "open %s: %s", path,
			 error == ELOOP ? "it is a symbolic link" : strerror(error));
		return durable_file_is_shortage(error) ? DURABLE_FILE_SHORTAGE
						       : DURABLE_FILE_UNREADABLE;
	}
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!ok) {
		snprintf(why, size, "open %s: it is no regular file", path);
	} else if (st.st_size > DURABLE_FILE_MOST) {
		snprintf(why, size, "read %s: larger than %u MB", path, DURABLE_FILE_MOST >> 20);
		ok = false;
	} else if (!read_all(fd, out)) {
		snprintf(why, size, "read %s: %s", path, strerror(errno));
		ok = false;
	}
	close(fd);
	return ok ? DURABLE_FILE_READ : DURABLE_FILE_UNREADABLE;
}
