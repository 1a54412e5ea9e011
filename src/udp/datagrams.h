/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many datagrams by one system call, where the system can; else one by one. Sockets are
 * non-blocking. Owns no memory.
 */
#ifndef UDP_DATAGRAMS_H
#define UDP_DATAGRAMS_H

#include <sys/socket.h>

#define DATAGRAMS_BATCH 64	/* received together */

struct datagram_slot {		/* laid out as struct mmsghdr */
	struct msghdr head;
	unsigned      len;	/* bytes received or sent */
};

/* How many of the slots were filled or sent, at least 1; -1: errno is that of the first. */
int datagrams_receive(int fd, struct datagram_slot *slots, unsigned count);
int datagrams_send(int fd, struct datagram_slot *slots, unsigned count);

/* Datagrams that the kernel has dropped because the queue of the socket was full; 0: unknown. */
unsigned datagrams_dropped(int fd);

#endif
