/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/datagram_send.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool datagram_send(const struct sockaddr *to, socklen_t len, struct slice bytes)
{
	int fd = socket(to->sa_family, SOCK_DGRAM, 0), error;
	bool sent;

	if (fd == -1)
		return false;
	sent = fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	       sendto(fd, bytes.data, bytes.len, MSG_NOSIGNAL, to, len) == (ssize_t)bytes.len;
	error = errno;
	close(fd);
	errno = error;
	return sent;
}
