/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/datagrams.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#ifdef HAVE_SO_MEMINFO
#include <linux/sock_diag.h>
#endif

#ifdef HAVE_RECVMMSG
_Static_assert(sizeof(struct datagram_slot) == sizeof(struct mmsghdr), "one layout");

int datagrams_receive(int fd, struct datagram_slot *slots, unsigned count)
{
	return recvmmsg(fd, (struct mmsghdr *)(void *)slots, count, MSG_DONTWAIT, NULL);
}

int datagrams_send(int fd, struct datagram_slot *slots, unsigned count)
{
	return sendmmsg(fd, (struct mmsghdr *)(void *)slots, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}
#else
int datagrams_receive(int fd, struct datagram_slot *slots, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		ssize_t len = recvmsg(fd, &slots[i].head, MSG_DONTWAIT);

		if (len == -1)
			return i != 0 ? (int)i : -1;
		slots[i].len = (unsigned)len;
	}
	return (int)count;
}

int datagrams_send(int fd, struct datagram_slot *slots, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		ssize_t len = sendmsg(fd, &slots[i].head, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (len == -1)
			return i != 0 ? (int)i : -1;
		slots[i].len = (unsigned)len;
	}
	return (int)count;
}
#endif

unsigned datagrams_dropped(int fd)
{
#ifdef HAVE_SO_MEMINFO
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) == -1)
		return 0;
	return info[SK_MEMINFO_DROPS];
#else
	(void)fd;
	return 0;
#endif
}
