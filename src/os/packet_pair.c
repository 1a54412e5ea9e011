/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/packet_pair.h"

#include <fcntl.h>
#include <sys/socket.h>

bool packet_pair(int fds[2])
{
#ifdef HAVE_SOCK_SEQPACKET
	const int type = SOCK_SEQPACKET;
#else
	const int type = SOCK_DGRAM;
#endif
	const int room = 1 << 20;	/* datagrams may be as large as the send buffer */

	if (socketpair(AF_UNIX, type, 0, fds) == -1)
		return false;
	for (int i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
		(void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	}
	return true;
}
