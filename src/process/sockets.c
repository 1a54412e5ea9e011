/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first socket of a group is bound without SO_REUSEPORT: so somebody else
 * on the address is an error, not a silent sharing. It gets the option then,
 * and the others join it.
 */
#include "process/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/config.h"
#include "process/inherited.h"
#include "process/socket_owner.h"
#include "process/socket_path.h"

#ifdef HAVE_SO_REUSEPORT_LB
#define GROUP_OPTION SO_REUSEPORT_LB
#elif defined(HAVE_SO_REUSEPORT) && defined(__linux__)
#define GROUP_OPTION SO_REUSEPORT
#endif

static bool is_inet(const struct addr *addr)
{
	return addr->kind == ADDR_INET || addr->kind == ADDR_INET6 || addr->kind == ADDR_ANY;
}

bool sockets_shared(const struct addr *addr)
{
#ifdef GROUP_OPTION
	return !is_inet(addr);
#else
	(void)addr;	/* SO_REUSEPORT without balancing would starve all but one */
	return true;
#endif
}

static void set_option(int fd, int level, int option, int value)
{
	/* an option that the system refuses costs its benefit, not the address */
	(void)!setsockopt(fd, level, option, &value, sizeof(value));
}

static void join_group(int fd)
{
#ifdef GROUP_OPTION
	set_option(fd, SOL_SOCKET, GROUP_OPTION, 1);
#else
	(void)fd;
#endif
}

static int open_socket(const struct addr *addr)
{
	int fd = socket(addr->u.sa.sa_family, SOCK_STREAM, 0);

	if (fd == -1)
		return -1;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (is_inet(addr))
		set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (addr->u.sa.sa_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, addr->kind != ADDR_ANY);
	return fd;
}

static void explain(const struct addr *addr, const char *call, char *why, size_t size)
{
	char text[ADDR_TEXT], holder[64] = "";
	int error = errno;

	addr_print(addr, text, sizeof(text));
	if (error == EADDRINUSE) {
		socket_owner(addr, holder, sizeof(holder));
		snprintf(why, size, "%s %s: address in use%s", call, text, holder);
	} else if ((error == EACCES || error == EPERM) && is_inet(addr)) {
		snprintf(why, size,
			 "%s %s: permission denied; start as root, give "
			 "CAP_NET_BIND_SERVICE, or use a port above 1023",
			 call, text);
	} else {
		snprintf(why, size, "%s %s: %s", call, text, strerror(error));
	}
	errno = error;
}

/* -1: errno and *call say what failed. */
static int bind_one(const struct addr *addr, bool join, const char **call)
{
	int fd = open_socket(addr), error;

	*call = "socket";
	if (fd == -1)
		return -1;
	*call = "bind";
	if (join)
		join_group(fd);
	if (bind(fd, &addr->u.sa, addr->len) == 0) {
		join_group(fd);
		return fd;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static int bind_first(const struct addr *addr, sockets_overlap *overlaps, const char **call)
{
	int fd = bind_one(addr, false, call);

	if (fd == -1 && errno == EADDRINUSE && overlaps != NULL) {
		if (overlaps(addr))
			return bind_one(addr, true, call);
		errno = EADDRINUSE;
	}
	return fd;
}

static bool bind_range(const struct addr *addr, sockets_overlap *overlaps, int *fds,
		       unsigned from, unsigned to, char *why, size_t size)
{
	const char *call;

	for (unsigned i = from; i < to; i++) {
		fds[i] = i == 0 ? bind_first(addr, overlaps, &call) : bind_one(addr, true, &call);
		if (fds[i] != -1)
			continue;
		explain(addr, call, why, size);

		int error = errno;

		while (i-- > from)
			close(fds[i]);
		errno = error;
		return false;
	}
	return true;
}

static bool bind_group(const struct addr *addr, sockets_overlap *overlaps, int *fds,
		       unsigned count, char *why, size_t size)
{
	return bind_range(addr, overlaps, fds, 0, count, why, size);
}

/* Asks the system: ":80" may have become an address of v4. */
bool sockets_grow(const struct addr *addr, int *fds, unsigned from, unsigned to, char *why,
		  size_t size)
{
	struct addr bound = *addr;
	socklen_t len = sizeof(bound.u);

	if (getsockname(fds[0], &bound.u.sa, &len) == 0)
		bound.len = len;
	return bind_range(&bound, NULL, fds, from, to, why, size);
}

/* ":80" where the system has no IPv6 at all. */
static bool bind_any(const struct addr *addr, sockets_overlap *overlaps, int *fds,
		     unsigned count, char *why, size_t size)
{
	struct addr v4 = { .kind = ADDR_INET, .len = sizeof(v4.u.in) };

	if (bind_group(addr, overlaps, fds, count, why, size))
		return true;
	if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)
		return false;
	v4.u.in.sin_family = AF_INET;
	v4.u.in.sin_port = addr->u.in6.sin6_port;
	return bind_group(&v4, overlaps, fds, count, why, size);
}

static bool bind_path(const struct addr *addr, const struct unix_owner *owner, int *fd, char *why,
		      size_t size)
{
	const char *call;
	mode_t before;

	if (!socket_path_clear(addr, why, size))
		return false;
	before = umask(~(mode_t)owner->mode & 0777);	/* nobody connects before it listens */
	*fd = bind_one(addr, false, &call);
	umask(before);
	if (*fd == -1) {
		explain(addr, call, why, size);
		return false;
	}
	if (socket_path_own(addr, owner, why, size))
		return true;
	unlink(addr->u.un.sun_path);
	close(*fd);
	*fd = -1;
	return false;
}

bool sockets_bind(const struct addr *addr, const struct unix_owner *owner,
		  sockets_overlap *overlaps, int *fds, unsigned count, char *why, size_t size)
{
	switch (addr->kind) {
	case ADDR_UNIX:
		return bind_path(addr, owner, fds, why, size);
	case ADDR_FD:
		fds[0] = inherited_take(addr->u.fd_name, why, size);
		return fds[0] != -1;
	case ADDR_ANY:
		return bind_any(addr, overlaps, fds, count, why, size);
	default:
		return bind_group(addr, overlaps, fds, count, why, size);
	}
}

bool sockets_listen(const struct addr *addr, const int *fds, unsigned count, uint32_t backlog,
		    char *why, size_t size)
{
	if (addr->kind == ADDR_FD)
		return true;	/* it listens already, as its maker wants */
	for (unsigned i = 0; i < count; i++) {
		if (listen(fds[i], (int)backlog) == 0)
			continue;
		explain(addr, "listen", why, size);
		return false;
	}
	return true;
}

void sockets_tune(const struct addr *addr, const int *fds, unsigned count, bool nodelay)
{
	if (!is_inet(addr) && addr->kind != ADDR_FD)
		return;
	for (unsigned i = 0; i < count; i++)
		set_option(fds[i], IPPROTO_TCP, TCP_NODELAY, nodelay);
}
