/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/descriptor_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

union control {
	struct cmsghdr head;
	char           room[CMSG_SPACE(sizeof(int))];
};

ssize_t descriptor_pass_send(int to, int fd, struct slice bytes)
{
	union control control;
	struct iovec part = { (char *)(uintptr_t)bytes.data, bytes.len };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control.room, .msg_controllen = sizeof(control.room),
	};

	memset(&control, 0, sizeof(control));
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(to, &message, MSG_NOSIGNAL);
}

/* What recvmsg() has not done, and the sender has not: a flag costs a call each time. */
static bool set_flags(int fd)
{
	int flags = fcntl(fd, F_GETFL);

#ifndef MSG_CMSG_CLOEXEC
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return false;
#endif
	return flags != -1 &&
	       ((flags & O_NONBLOCK) != 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != -1);
}

static int take(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd;

	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len < CMSG_LEN(sizeof(fd))) {
		errno = EPROTO;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	if (!set_flags(fd)) {
		close(fd);
		return -1;
	}
	return fd;
}

int descriptor_pass_receive(int from, char *bytes, size_t room, size_t *len)
{
	union control control;
	struct iovec part = { bytes, room };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control.room, .msg_controllen = sizeof(control.room),
	};
	int flags = 0;
	ssize_t n;

#ifdef MSG_CMSG_CLOEXEC
	flags |= MSG_CMSG_CLOEXEC;
#endif
	do
		n = recvmsg(from, &message, flags);
	while (n == -1 && errno == EINTR);
	if (n == 0)
		errno = EPIPE;
	*len = n > 0 ? (size_t)n : 0;
	return n > 0 ? take(&message) : -1;
}
