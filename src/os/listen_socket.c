/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first socket of a group is bound without SO_REUSEPORT: so somebody else
 * on the address is an error, not a silent sharing. It gets the option then,
 * and the others join it.
 *
 * Closing resets nobody: on Linux a filter drops what would start a new handshake, and shutdown()
 * ends listening for every holder of the descriptor at once.
 */
#include "os/listen_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef HAVE_REUSEPORT_CBPF
#include <linux/filter.h>
#endif

#include "os/listen_holder.h"
#include "os/listen_inherited.h"
#include "os/listen_path.h"

#define RECEIVE_BUFFER (4 << 20)	/* of datagrams */

#ifdef HAVE_SO_REUSEPORT_LB
#define GROUP_OPTION SO_REUSEPORT_LB
#elif defined(HAVE_SO_REUSEPORT) && defined(__linux__)
#define GROUP_OPTION SO_REUSEPORT
#endif

static bool is_inet(const struct addr *addr)
{
	return addr->kind == ADDR_INET || addr->kind == ADDR_INET6 || addr->kind == ADDR_ANY;
}

bool listen_socket_shared(const struct addr *addr)
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

/* What comes while the process is at something else, or is being started again, waits there. */
static void receive_much(int fd)
{
#ifdef SO_RCVBUFFORCE
	int size = RECEIVE_BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) == 0)
		return;
#endif
	set_option(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
}

static int open_socket(const struct addr *addr)
{
	int fd = socket(addr->u.sa.sa_family, addr_type(addr), 0);

	if (fd == -1)
		return -1;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* connections that end keep a port; with datagrams it would let anybody have the port */
	if (is_inet(addr) && !addr->datagram)
		set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (addr->datagram)
		receive_much(fd);
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
		listen_holder_find(addr, holder, sizeof(holder));
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

static int bind_first(const struct addr *addr, listen_socket_overlap *overlaps, const char **call)
{
	int fd = bind_one(addr, false, call);

	if (fd == -1 && errno == EADDRINUSE && overlaps != NULL) {
		if (overlaps(addr))
			return bind_one(addr, true, call);
		errno = EADDRINUSE;
	}
	return fd;
}

static bool bind_range(const struct addr *addr, listen_socket_overlap *overlaps, int *fds,
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

static bool bind_group(const struct addr *addr, listen_socket_overlap *overlaps, int *fds,
		       unsigned count, char *why, size_t size)
{
	return bind_range(addr, overlaps, fds, 0, count, why, size);
}

/* Asks the system: ":80" may have become an address of v4. */
bool listen_socket_grow(const struct addr *addr, int *fds, unsigned from, unsigned to, char *why,
			size_t size)
{
	struct addr bound = *addr;
	socklen_t len = sizeof(bound.u);

	if (getsockname(fds[0], &bound.u.sa, &len) == 0)
		bound.len = len;
	return bind_range(&bound, NULL, fds, from, to, why, size);
}

/* ":80" where the system has no IPv6 at all. */
static bool bind_any(const struct addr *addr, listen_socket_overlap *overlaps, int *fds,
		     unsigned count, char *why, size_t size)
{
	struct addr v4 = { .kind = ADDR_INET, .datagram = addr->datagram,
			   .len = sizeof(v4.u.in) };

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

	if (!listen_path_clear(addr, why, size))
		return false;
	before = umask(~(mode_t)owner->mode & 0777);	/* nobody connects before it listens */
	*fd = bind_one(addr, false, &call);
	umask(before);
	if (*fd == -1) {
		explain(addr, call, why, size);
		return false;
	}
	if (listen_path_own(addr, owner, why, size))
		return true;
	unlink(addr->u.un.sun_path);
	close(*fd);
	*fd = -1;
	return false;
}

bool listen_socket_bind(const struct addr *addr, const struct unix_owner *owner,
			listen_socket_overlap *overlaps, int *fds, unsigned count, char *why,
			size_t size)
{
	switch (addr->kind) {
	case ADDR_UNIX:
		return bind_path(addr, owner, fds, why, size);
	case ADDR_FD:
		fds[0] = listen_inherited_take(addr->u.fd_name, why, size);
		return fds[0] != -1;
	case ADDR_ANY:
		return bind_any(addr, overlaps, fds, count, why, size);
	default:
		return bind_group(addr, overlaps, fds, count, why, size);
	}
}

bool listen_socket_listen(const struct addr *addr, const int *fds, unsigned count, uint32_t backlog,
			  char *why, size_t size)
{
	if (addr->kind == ADDR_FD || addr->datagram)
		return true;	/* it listens already, as its maker wants; it receives already */
	for (unsigned i = 0; i < count; i++) {
		if (listen(fds[i], (int)backlog) == 0)
			continue;
		explain(addr, "listen", why, size);
		return false;
	}
	return true;
}

void listen_socket_tune(const struct addr *addr, const int *fds, unsigned count, bool nodelay)
{
	if ((!is_inet(addr) && addr->kind != ADDR_FD) || addr->datagram)
		return;
	for (unsigned i = 0; i < count; i++)
		set_option(fds[i], IPPROTO_TCP, TCP_NODELAY, nodelay);
}

static bool is_tcp(const struct addr *addr)
{
	return is_inet(addr) && !addr->datagram;
}

bool listen_socket_quiet(const struct addr *addr, const int *fds, unsigned count)
{
#ifdef HAVE_REUSEPORT_CBPF
	/* the data begins at the TCP header; of its flags: SYN without ACK is a new client */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	struct sock_fprog filter = { .len = sizeof(code) / sizeof(code[0]), .filter = code };
	bool all = true;

	if (!is_tcp(addr))
		return false;
	for (unsigned i = 0; i < count; i++) {
		if (setsockopt(fds[i], SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			       sizeof(filter)) == -1)
			all = false;
	}
	return all;
#else
	(void)is_tcp(addr);
	(void)fds;
	(void)count;
	return false;
#endif
}

void listen_socket_unquiet(const struct addr *addr, const int *fds, unsigned count)
{
#ifdef HAVE_REUSEPORT_CBPF
	int unused = 0;

	for (unsigned i = 0; is_tcp(addr) && i < count; i++)
		(void)!setsockopt(fds[i], SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused));
#else
	(void)addr;
	(void)fds;
	(void)count;
#endif
}

/*
 * shutdown() does not keep datagrams away, and one process that hangs would go on getting its share
 * of the group's. A connected socket takes those of its peer alone, and this one's peer is itself.
 */
static void connect_to_itself(int fd)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &len) == 0)
		(void)!connect(fd, (const struct sockaddr *)&own, len);
}

void listen_socket_shut(const struct addr *addr, const int *fds, unsigned count)
{
	if (addr->kind == ADDR_FD)
		return;	/* its maker goes on with it */
	/* ends a TCP listener either way; for a unix one both directions wake a waiting client */
	for (unsigned i = 0; i < count; i++) {
		if (addr->datagram && is_inet(addr))
			connect_to_itself(fds[i]);
		shutdown(fds[i], SHUT_RDWR);
	}
}
