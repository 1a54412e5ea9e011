/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/conn_self.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/addr.h"
#include "core/xxh64.h"
#include "event/event.h"

/* Ports that the kernel chooses from; where it does not tell, any that needs no privilege. */
#define RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"
#define RANGE_MS 60000		/* it may be set meanwhile */

static unsigned long first = 1024, last = 65535;
static uint64_t read_at;

static void read_range(void)
{
	int fd = open(RANGE_FILE, O_RDONLY | O_CLOEXEC);
	char text[64], *end;
	ssize_t n = fd != -1 ? read(fd, text, sizeof(text) - 1) : -1;

	read_at = loop_now();
	if (fd != -1)
		close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	first = strtoul(text, &end, 10);
	last = strtoul(end, NULL, 10);
}

static bool same_host(const struct addr *to, const struct addr *own)
{
	const struct in6_addr *host = &to->u.in6.sin6_addr;

	if (to->u.sa.sa_family == AF_INET)
		return to->u.in.sin_addr.s_addr == htonl(INADDR_ANY) ||
		       to->u.in.sin_addr.s_addr == own->u.in.sin_addr.s_addr;
	return IN6_IS_ADDR_UNSPECIFIED(host) || IN6_ARE_ADDR_EQUAL(host, &own->u.in6.sin6_addr);
}

bool conn_is_self(int fd, const struct addr *to)
{
	uint16_t port = addr_port(to);
	struct addr own = { .kind = to->kind };
	socklen_t len = sizeof(own.u);

	if (port == 0)
		return false;
	if (read_at == 0 || loop_now() - read_at >= RANGE_MS)
		read_range();
	if (port < first || port > last || getsockname(fd, &own.u.sa, &len) == -1)
		return false;
	return own.u.sa.sa_family == to->u.sa.sa_family && addr_port(&own) == port &&
	       same_host(to, &own);
}

/* Sockets of others, by what they were dialled by: asking the kernel each time costs too much. */
#define OTHERS 256
#define OTHERS_MS 1000

#ifdef SO_PEERCRED
static bool is_parents(int fd)
{
	static pid_t parent;	/* of this process as long as it lives */
	struct ucred listener;
	socklen_t len = sizeof(listener);

	if (parent == 0)
		parent = getppid();
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &len) == 0 &&
	       listener.pid == parent;
}

bool conn_self_listens(int fd, const struct addr *to)
{
	static struct {
		uint64_t name, until_ms;
	} others[OTHERS];
	uint64_t name;
	struct xxh64 hash;

	xxh64_begin(&hash);
	xxh64_add(&hash, (struct slice){ (const char *)&to->u, to->len });
	name = xxh64_sum(&hash);
	if (others[name % OTHERS].name == name && others[name % OTHERS].until_ms > loop_now())
		return false;
	if (is_parents(fd))
		return true;
	others[name % OTHERS].name = name;
	others[name % OTHERS].until_ms = loop_now() + OTHERS_MS;
	return false;
}
#else
bool conn_self_listens(int fd, const struct addr *to)
{
	(void)fd;
	(void)to;
	return false;
}
#endif
