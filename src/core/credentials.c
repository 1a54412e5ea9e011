/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/credentials.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <sys/un.h>
#ifdef __FreeBSD__
#include <sys/ucred.h>
#endif

/* Linux has an id for "nobody known": that of a sender from before credentials were wanted. */
#define OVERFLOW_ID 65534

#if defined(__linux__)
bool credentials_exist(void)
{
	return true;
}

bool credentials_want(int fd, bool on)
{
	int value = on;

	return setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &value, sizeof(value)) == 0;
}

static struct credentials read_one(const struct cmsghdr *c)
{
	struct ucred u;

	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS ||
	    c->cmsg_len < CMSG_LEN(sizeof(u)))
		return (struct credentials){ false, 0, 0 };
	memcpy(&u, CMSG_DATA(c), sizeof(u));
	return (struct credentials){ u.pid != 0 || u.uid != OVERFLOW_ID, u.uid, u.gid };
}
#elif defined(__FreeBSD__)
bool credentials_exist(void)
{
	return true;
}

bool credentials_want(int fd, bool on)
{
	int value = on;

	return setsockopt(fd, SOL_LOCAL, LOCAL_CREDS, &value, sizeof(value)) == 0;
}

static struct credentials read_one(const struct cmsghdr *c)
{
	struct sockcred s;

	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDS ||
	    c->cmsg_len < CMSG_LEN(sizeof(s)))
		return (struct credentials){ false, 0, 0 };
	memcpy(&s, CMSG_DATA(c), sizeof(s));
	return (struct credentials){ true, s.sc_euid, s.sc_egid };
}
#else
bool credentials_exist(void)
{
	return false;
}

bool credentials_want(int fd, bool on)
{
	(void)fd;
	if (on)
		errno = ENOTSUP;
	return !on;
}

static struct credentials read_one(const struct cmsghdr *c)
{
	(void)c;
	return (struct credentials){ false, 0, 0 };
}
#endif

struct credentials credentials_of(const struct msghdr *head)
{
	struct msghdr *h = (struct msghdr *)(uintptr_t)head;	/* CMSG_NXTHDR wants it so */
	struct credentials found = { false, 0, 0 };

	if (head->msg_control == NULL)
		return found;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL && !found.known;
	     c = CMSG_NXTHDR(h, c))
		found = read_one(c);
	return found;
}
