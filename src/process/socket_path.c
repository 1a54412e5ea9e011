/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/socket_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/addr.h"
#include "process/privileges.h"

bool socket_path_own(const struct addr *addr, const struct unix_owner *owner, char *why,
		     size_t size)
{
	const char *path = addr->u.un.sun_path;
	uid_t uid = (uid_t)-1;
	gid_t gid = (gid_t)-1;

	if (owner->user != NULL && !user_find(owner->user, &uid, NULL)) {
		snprintf(why, size, "there is no user \"%s\"", owner->user);
		return false;
	}
	if (owner->group != NULL && !group_find(owner->group, &gid)) {
		snprintf(why, size, "there is no group \"%s\"", owner->group);
		return false;
	}
	if ((uid != (uid_t)-1 || gid != (gid_t)-1) && chown(path, uid, gid) == -1) {
		snprintf(why, size, "chown %s: %s", path, strerror(errno));
		return false;
	}
	if (chmod(path, (mode_t)owner->mode) == -1) {
		snprintf(why, size, "chmod %s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

static bool somebody_listens(const struct addr *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool refused;

	if (fd == -1)
		return true;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	refused = connect(fd, &addr->u.sa, addr->len) == -1 && errno == ECONNREFUSED;
	close(fd);
	return !refused;
}

bool socket_path_clear(const struct addr *addr, char *why, size_t size)
{
	const char *path = addr->u.un.sun_path;
	struct stat st;

	if (lstat(path, &st) == -1)
		return true;	/* nothing there, or bind() tells */
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(why, size, "bind %s: the path exists and is not a socket", path);
		return false;
	}
	if (somebody_listens(addr)) {
		snprintf(why, size, "bind %s: address in use", path);
		return false;
	}
	if (unlink(path) == 0)
		return true;
	snprintf(why, size, "unlink %s: %s", path, strerror(errno));
	return false;
}

struct socket_path socket_path_note(const struct addr *addr)
{
	struct socket_path noted = { 0 };
	struct stat st;

	if (addr->kind == ADDR_UNIX && lstat(addr->u.un.sun_path, &st) == 0)
		noted = (struct socket_path){ st.st_dev, st.st_ino };
	return noted;
}

static bool is_noted(const struct socket_path *noted, const struct stat *st)
{
	return st->st_dev == noted->device && st->st_ino == noted->inode;
}

/* Only what is certain: a folder that cannot be searched just now is no reason to bind again. */
bool socket_path_lost(const struct addr *addr, const struct socket_path *noted)
{
	struct stat st;

	if (addr->kind != ADDR_UNIX || noted->inode == 0)
		return false;
	if (lstat(addr->u.un.sun_path, &st) == 0)
		return !is_noted(noted, &st);
	return errno == ENOENT || errno == ENOTDIR;
}

void socket_path_remove(const struct addr *addr, const struct socket_path *noted)
{
	struct stat st;

	if (addr->kind == ADDR_UNIX && lstat(addr->u.un.sun_path, &st) == 0 &&
	    is_noted(noted, &st))
		unlink(addr->u.un.sun_path);
}
