/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor of a fan-out, without any policy: ufan simple|mmsg|gso PORT TARGET_PORT COUNT copies
 * what arrives on 127.0.0.1:PORT to 127.0.1.1 ... 127.0.1.COUNT. simple: one datagram and one
 * target at a time; mmsg: batches; gso: a batch of equal sizes is one send for each target.
 */
#include <stdbool.h>
#include <string.h>

#include "tool.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { BATCH = 64, TARGETS = 254, SEGMENT_MOST = 1400, PACKET_MOST = 65000 };

static char bytes[BATCH][65536];
static struct iovec in[BATCH], out[BATCH];
static struct mmsghdr received[BATCH], sent[BATCH];
static struct sockaddr_in addresses[TARGETS];
static int sockets[TARGETS], count;

static int open_socket(int option, int force)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 4 << 20;

	if (force == 0 || setsockopt(fd, SOL_SOCKET, force, &size, sizeof(size)) != 0)
		setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
	return fd;
}

static int open_listener(const char *port)
{
	struct sockaddr_in a = loopback(port);
	int fd = open_socket(SO_RCVBUF, SO_RCVBUFFORCE);

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("bind");
		exit(1);
	}
	return fd;
}

static void open_target(int i, const char *port)
{
	addresses[i] = loopback(port);
	addresses[i].sin_addr.s_addr = htonl(0x7f000101 + (uint32_t)i);
	sockets[i] = open_socket(SO_SNDBUF, 0);
	if (connect(sockets[i], (struct sockaddr *)&addresses[i], sizeof(addresses[i])) != 0) {
		perror("connect");
		exit(1);
	}
}

static void simple(int listener)
{
	int fd = open_socket(SO_SNDBUF, 0);

	for (;;) {
		ssize_t n = recv(listener, bytes[0], sizeof(bytes[0]), 0);

		for (int i = 0; n >= 0 && i < count; i++)
			sendto(fd, bytes[0], (size_t)n, 0, (struct sockaddr *)&addresses[i],
			       sizeof(addresses[i]));
	}
}

static bool segments(int n)
{
	size_t total = 0;

	for (int i = 0; i < n; i++) {
		total += out[i].iov_len;
		if (out[i].iov_len != out[0].iov_len)
			return false;
	}
	return n > 1 && total < PACKET_MOST && out[0].iov_len > 0
	    && out[0].iov_len < SEGMENT_MOST;
}

static void send_segments(int n)
{
	union {
		struct cmsghdr align;
		char           space[CMSG_SPACE(sizeof(uint16_t))];
	} control = { .space = { 0 } };
	struct msghdr message = { .msg_iov = out, .msg_iovlen = (size_t)n,
		.msg_control = control.space, .msg_controllen = sizeof(control.space) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	uint16_t size = (uint16_t)out[0].iov_len;

	c->cmsg_level = IPPROTO_UDP;
	c->cmsg_type = UDP_SEGMENT;
	c->cmsg_len = CMSG_LEN(sizeof(size));
	memcpy(CMSG_DATA(c), &size, sizeof(size));
	for (int i = 0; i < count; i++)
		if (sendmsg(sockets[i], &message, 0) < 0)
			perror("sendmsg");
}

static void send_batch(int n)
{
	for (int i = 0; i < count; i++)
		for (int done = 0; done < n;) {
			int k = sendmmsg(sockets[i], sent + done, (unsigned)(n - done), 0);

			done += k > 0 ? k : 1;
		}
}

static void batched(int listener, bool gso)
{
	for (int i = 0; i < BATCH; i++) {
		in[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
		out[i].iov_base = bytes[i];
		received[i].msg_hdr = (struct msghdr){ .msg_iov = &in[i], .msg_iovlen = 1 };
		sent[i].msg_hdr = (struct msghdr){ .msg_iov = &out[i], .msg_iovlen = 1 };
	}
	for (;;) {
		int n = recvmmsg(listener, received, BATCH, MSG_WAITFORONE, NULL);

		for (int i = 0; i < n; i++)
			out[i].iov_len = received[i].msg_len;
		if (gso && segments(n))
			send_segments(n);
		else
			send_batch(n);
	}
}

int main(int argc, char **argv)
{
	const char *kind = argc == 5 ? argv[1] : "";
	bool gso = strcmp(kind, "gso") == 0;

	count = argc == 5 ? atoi(argv[4]) : 0;
	if (count < 1 || count > TARGETS) {
		fprintf(stderr, "usage: ufan simple|mmsg|gso PORT TARGET_PORT COUNT\n");
		return 2;
	}
	int listener = open_listener(argv[2]);

	for (int i = 0; i < count; i++)
		open_target(i, argv[3]);
	if (strcmp(kind, "simple") == 0)
		simple(listener);
	batched(listener, gso);
	return 0;
}
