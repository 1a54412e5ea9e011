/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_errors.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#ifdef IP_RECVERR
#include <linux/errqueue.h>
#endif

#define READ_MOST 1024	/* errors that one call reads: a turn of the loop is not for one target */

static const char *const words[FANOUT_CAUSES] = {
	[FANOUT_REFUSED] = "refused",
	[FANOUT_UNREACHABLE] = "unreachable",
	[FANOUT_FULL] = "full",
	[FANOUT_TOO_LONG] = "too_long",
	[FANOUT_LOCAL] = "local",
};

const char *fanout_errors_word(enum fanout_cause cause)
{
	return words[cause];
}

enum fanout_cause fanout_errors_cause(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOTCONN:
	case EPIPE:
	case ENOENT:
	case EPROTOTYPE:
		return FANOUT_REFUSED;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case ETIMEDOUT:
		return FANOUT_UNREACHABLE;
	case EAGAIN:
	case ENOBUFS:
		return FANOUT_FULL;
	case EMSGSIZE:
		return FANOUT_TOO_LONG;
	default:
		return FANOUT_LOCAL;
	}
}

static void count(struct fanout_counts *counts, enum fanout_cause cause)
{
	counts->reported++;
	counts->dropped[cause]++;
}

#ifdef IP_RECVERR
void fanout_errors_enable(int fd, int family)
{
	int on = 1;

	if (family == AF_INET)
		(void)!setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	else if (family == AF_INET6)
		(void)!setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
}

/* The errno of one message of the error queue; 0: it is about no datagram. */
static int error_of(struct msghdr *m)
{
	struct sock_extended_err e;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_len < CMSG_LEN(sizeof(e)))
			continue;
		memcpy(&e, CMSG_DATA(c), sizeof(e));
		/* one of our own machine was the result of the call as well */
		if (e.ee_origin == SO_EE_ORIGIN_ICMP || e.ee_origin == SO_EE_ORIGIN_ICMP6)
			return (int)e.ee_errno;
	}
	return 0;
}

static bool read_one(int fd, struct fanout_counts *counts, enum fanout_cause *cause, bool *any)
{
	_Alignas(struct cmsghdr) char control[512];
	char byte;
	struct iovec io = { &byte, sizeof(byte) };
	struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int error;

	if (recvmsg(fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) == -1)
		return false;
	error = error_of(&m);
	if (error == 0)
		return true;
	*cause = fanout_errors_cause(error);
	if (*cause != FANOUT_REFUSED)
		*cause = FANOUT_UNREACHABLE;
	count(counts, *cause);
	*any = true;
	return true;
}

bool fanout_errors_read(int fd, struct fanout_counts *counts, enum fanout_cause *cause)
{
	bool any = false;

	for (unsigned i = 0; i < READ_MOST && read_one(fd, counts, cause, &any); i++)
		continue;
	return any;
}
#else
void fanout_errors_enable(int fd, int family)
{
	(void)fd;
	(void)family;
}

bool fanout_errors_read(int fd, struct fanout_counts *counts, enum fanout_cause *cause)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1 || error == 0)
		return false;
	*cause = fanout_errors_cause(error);
	count(counts, *cause);
	return true;
}
#endif
