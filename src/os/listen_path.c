/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/listen_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/addr.h"
#include "os/listen_holder.h"
#include "os/privileges.h"

/* The system call that failed, or NULL. Bind has given the mode, unless the folder has ACLs. */
#ifdef __linux__
static const char *change(int fd, uid_t uid, gid_t gid, mode_t mode)
{
	char name[64];
	struct stat st;

	if ((uid != (uid_t)-1 || gid != (gid_t)-1) &&
	    fchownat(fd, "", uid, gid, AT_EMPTY_PATH) == -1)
		return "chown";
	if (fstat(fd, &st) == -1)
		return "stat";
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);	/* fchmod() takes no O_PATH */
	return (st.st_mode & 07777) != mode && chmod(name, mode) == -1 ? "chmod" : NULL;
}

/*
 * The folder may belong to somebody who puts a link to another file here at any moment. What
 * is changed is what was opened and found to be a socket: no path is followed twice.
 */
static const char *give(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), error;
	const char *failed;
	struct stat st;

	if (fd == -1)
		return "open";
	if (fstat(fd, &st) == -1) {
		failed = "stat";
	} else if (!S_ISSOCK(st.st_mode)) {
		failed = "open";
		errno = ENOTSOCK;
	} else {
		failed = change(fd, uid, gid, mode);
	}
	error = errno;
	close(fd);
	errno = error;
	return failed;
}
#else
static const char *give(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	if ((uid != (uid_t)-1 || gid != (gid_t)-1) && lchown(path, uid, gid) == -1)
		return "chown";
	return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == -1 ? "chmod" : NULL;
}
#endif

bool listen_path_give(const struct addr *addr, uid_t uid, gid_t gid, mode_t mode, char *why,
		      size_t size)
{
	const char *failed = give(addr->u.un.sun_path, uid, gid, mode);

	if (failed == NULL)
		return true;
	if (errno == ENOTSOCK)
		snprintf(why, size, "%s: something else was put in the place of the socket",
			 addr->u.un.sun_path);
	else
		snprintf(why, size, "%s %s: %s", failed, addr->u.un.sun_path, strerror(errno));
	return false;
}

bool listen_path_own(const struct addr *addr, const struct unix_owner *owner, char *why,
		     size_t size)
{
	uid_t uid = owner->no_user ? geteuid() : (uid_t)-1;
	gid_t gid = owner->no_group ? getegid() : (gid_t)-1;

	if (owner->user != NULL && !privileges_find_user(owner->user, &uid, NULL)) {
		snprintf(why, size, "there is no user \"%s\"", owner->user);
		return false;
	}
	if (owner->group != NULL && !privileges_find_group(owner->group, &gid)) {
		snprintf(why, size, "there is no group \"%s\"", owner->group);
		return false;
	}
	return listen_path_give(addr, uid, gid, (mode_t)owner->mode, why, size);
}

/* Whether a connection of that type is refused; *other: the socket there is of another type. */
static bool is_refused(const struct addr *addr, int type, bool *other)
{
	int fd = socket(AF_UNIX, type, 0), error;

	if (fd == -1)
		return false;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	error = connect(fd, &addr->u.sa, addr->len) == -1 ? errno : 0;
	close(fd);
	*other = error == EPROTOTYPE;
	return error == ECONNREFUSED;
}

static bool somebody_listens(const struct addr *addr)
{
	bool other = false;

	if (is_refused(addr, SOCK_STREAM, &other))
		return false;
	return !other || !is_refused(addr, SOCK_DGRAM, &other);
}

bool listen_path_clear(const struct addr *addr, char *why, size_t size)
{
	const char *path = addr->u.un.sun_path;
	char holder[64];
	struct stat st;

	if (lstat(path, &st) == -1)
		return true;	/* nothing there, or bind() reports why */
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(why, size, "bind %s: the path exists and is not a socket", path);
		return false;
	}
	if (somebody_listens(addr)) {
		listen_holder_find(addr, holder, sizeof(holder));
		snprintf(why, size, "bind %s: address in use%s", path, holder);
		return false;
	}
	if (unlink(path) == 0)
		return true;
	snprintf(why, size, "unlink %s: %s", path, strerror(errno));
	return false;
}

struct listen_path listen_path_note(const struct addr *addr)
{
	struct listen_path noted = { 0 };
	struct stat st;

	if (addr->kind == ADDR_UNIX && lstat(addr->u.un.sun_path, &st) == 0)
		noted = (struct listen_path){ st.st_dev, st.st_ino };
	return noted;
}

static bool is_noted(const struct listen_path *noted, const struct stat *st)
{
	return st->st_dev == noted->device && st->st_ino == noted->inode;
}

/* Only what is certain: a folder that cannot be searched just now is no reason to bind again. */
bool listen_path_lost(const struct addr *addr, const struct listen_path *noted)
{
	struct stat st;

	if (addr->kind != ADDR_UNIX || noted->inode == 0)
		return false;
	if (lstat(addr->u.un.sun_path, &st) == 0)
		return !is_noted(noted, &st);
	return errno == ENOENT || errno == ENOTDIR;
}

void listen_path_remove(const struct addr *addr, const struct listen_path *noted)
{
	struct stat st;

	if (addr->kind == ADDR_UNIX && lstat(addr->u.un.sun_path, &st) == 0 &&
	    is_noted(noted, &st))
		unlink(addr->u.un.sun_path);
}
